{#
    Overrides dbt-spark's insert of a seed's rows, which writes an empty field as the text None and
    breaks at an apostrophe.
#}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- set types = model["config"].get("column_types", {}) -%}
    {%- set sql -%}
        insert into {{ this.render() }} values
        {%- for row in agate_table.rows %}
        (
            {%- for value in row -%}
            {%- set name = agate_table.column_names[loop.index0] -%}
            {%- set type = types.get(name, adapter.convert_type(agate_table, loop.index0)) -%}
            cast(
                {%- if value is none %} null {%- else %} '{{ value | string | replace("'", "''") }}' {%- endif %} as {{ type }}
            )
            {{- ", " if not loop.last }}
            {%- endfor -%}
        ){{ "," if not loop.last }}
        {%- endfor %}
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{% endmacro %}
