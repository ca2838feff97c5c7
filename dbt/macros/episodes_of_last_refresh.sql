{#
    The bottleneck episodes that the last refresh left in this very model, by which new ones are known
    again. None at first, after an update that changed what tells series apart, and on Spark, which
    drops a table before it makes it anew.
#}
{% macro episodes_of_last_refresh(series) -%}
    {%- set before = adapter.get_relation(this.database, this.schema, this.identifier)
        if execute and target.type == "duckdb" else none -%}
    {%- set wanted = series + ["bottleneck_id", "opened_on", "last_alarm_date"] -%}
    {%- set columns = adapter.get_columns_in_relation(before) | map(attribute="name") | list
        if before is not none else [] -%}
    {%- if wanted | reject("in", columns) | list | length == 0 -%}
    select {{ wanted | join(", ") }}
    from {{ before }}
    {%- else -%}
    select
        {% for column in series + ["bottleneck_id"] -%}
        cast(null as {{ dbt.type_string() }}) as {{ column }},
        {% endfor -%}
        cast(null as date) as opened_on,
        cast(null as date) as last_alarm_date
    where 1 = 0
    {%- endif -%}
{%- endmacro %}
