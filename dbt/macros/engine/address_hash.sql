{#
    The keyed hash (HMAC-SHA-256) of an address: null where there is no key. The key is in the
    environment of the engine and never in the SQL, which is logged and kept.
#}
{% macro address_hash(text) -%}
    {{ adapter.dispatch("address_hash")(text) }}
{%- endmacro %}

{# A function of dagster_project/dbt_personal_data.py, which profiles.yml loads. #}
{% macro default__address_hash(text) -%}
    address_hash({{ text }})
{%- endmacro %}

{# Spark has no HMAC, but it is two SHA-256 over the key, each byte of it turned by a constant. #}
{% macro spark__address_hash(text) -%}
    {%- set key = "nullif(reflect('java.lang.System', 'getenv', 'JALUR_PERSONAL_DATA_KEY'), '')" -%}
    {%- set address = "nullif(" ~ spark__plain_address(text) ~ ", '')" -%}
    {%- set inner = "concat(" ~ spark_turned_key(key, 54) ~ ", encode(" ~ address ~ ", 'UTF-8'))" -%}
    {#- Of no key nothing would remain: array_join leaves nulls out. -#}
    case
        when {{ key }} is not null
            then sha2(concat({{ spark_turned_key(key, 92) }}, unhex(sha2({{ inner }}, 256))), 256)
    end
{%- endmacro %}

{% macro spark_turned_key(key, constant) -%}
    unhex(array_join(transform(
        sequence(0, 63),
        place -> lpad(hex(
            cast(conv(substr({{ spark_key_digits(key) }}, 2 * place + 1, 2), 16, 10) as int) ^ {{ constant }}
        ), 2, '0')
    ), ''))
{%- endmacro %}

{# The 64 bytes of a key in hexadecimal: what is longer is hashed, what is shorter ends in zeros. #}
{% macro spark_key_digits(key) -%}
    rpad(if(
        octet_length({{ key }}) > 64, upper(sha2({{ key }}, 256)), hex(encode({{ key }}, 'UTF-8'))
    ), 128, '0')
{%- endmacro %}

{# An address as it is compared: without blanks around it, in lower case. #}
{% macro plain_address(text) -%}
    {{ adapter.dispatch("plain_address")(text) }}
{%- endmacro %}

{% macro default__plain_address(text) -%}
    lower(regexp_replace({{ text }}, '^[ \t\n\x0B\f\r]+|[ \t\n\x0B\f\r]+$', '', 'g'))
{%- endmacro %}

{% macro spark__plain_address(text) -%}
    lower(regexp_replace({{ text }}, '^[ \t\n\x0B\f\r]+|[ \t\n\x0B\f\r]+$', ''))
{%- endmacro %}
