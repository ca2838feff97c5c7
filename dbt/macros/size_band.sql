{# Size of a company by its number of employees. #}
{% macro size_band(employee_count) -%}
    case
        when {{ employee_count }} < 50 then '1-49'
        when {{ employee_count }} < 250 then '50-249'
        when {{ employee_count }} < 1000 then '250-999'
        when {{ employee_count }} >= 1000 then '1000+'
        else 'unknown'
    end
{%- endmacro %}
