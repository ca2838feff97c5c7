{# The landed rows of one entity with the file each lies in, and the edge to the source for the graph. #}
{% macro landed(source_name, table_name) -%}
    {%- do source(source_name, table_name) -%}
    {%- set folder = env_var("JALUR_HOME", "../data") ~ "/landing/" ~ source_name ~ "/" ~ table_name -%}
    {{ adapter.dispatch("landed")(folder) }}
{%- endmacro %}

{% macro default__landed(folder) -%}
    (
        select * rename (filename as landed_file)
        from read_parquet('{{ folder | replace("'", "''") }}/*.parquet', filename = true, union_by_name = true)
    )
{%- endmacro %}

{% macro spark__landed(folder) -%}
    (select *, _metadata.file_path as landed_file from parquet.`{{ folder | replace("`", "``") }}`)
{%- endmacro %}
