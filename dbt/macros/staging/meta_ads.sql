{# Money in the smallest unit of a currency, as Meta counts it, as a text in units; 0 is none. #}
{% macro meta_ads_money(amount, currency) -%}
    cast(
        nullif(try_cast({{ amount }} as decimal(16, 0)), 0)
        * case
            when {{ currency }} in (
                'CLP', 'COP', 'CRC', 'HUF', 'IDR', 'ISK', 'JPY', 'KRW', 'PYG', 'TWD', 'VND'
            ) then cast(1 as decimal(3, 2))
            else cast(0.01 as decimal(3, 2))
        end as string
    )
{%- endmacro %}
