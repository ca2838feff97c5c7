{#
    Money in another currency, as decimal(18, 4). The product is one of decimals: that of doubles falls
    a hair above or below the half of a ten-thousandth, and every engine on another side of it. Twelve
    decimals of a rate keep eight digits of the smallest (a rupiah or a dong in dollars).
#}
{% macro times_rate(amount, rate) -%}
    cast(
        cast({{ amount }} as decimal(18, 4)) * cast({{ rate }} as decimal(19, 12)) as decimal(18, 4)
    )
{%- endmacro %}
