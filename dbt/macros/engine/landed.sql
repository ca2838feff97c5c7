{#
    The landed rows of one entity with the file each was landed in, and the edge to the source for the
    graph. The file is named by its path within the landing zone, which stays when the zone moves. A
    row that was merged into another file since (`jalur compact`) carries the name of its own; the
    column is there only where some file of the table is such a one.
#}
{% macro landed(source_name, table_name) -%}
    {%- do source(source_name, table_name) -%}
    {%- set landing = env_var("JALUR_LANDING_URL", "") or env_var("JALUR_HOME", "../data") ~ "/landing" -%}
    {{ adapter.dispatch("landed")(landing, source_name ~ "/" ~ table_name) }}
{%- endmacro %}

{% macro default__landed(landing, table) -%}
    (
        select
            * exclude (filename)
            replace (coalesce(landed_file, '{{ table }}/' || parse_filename(filename)) as landed_file)
        from (
            select *
            from read_parquet(
                '{{ landing | replace("'", "''") }}/{{ table }}/*.parquet',
                filename = true, union_by_name = true
            )
            union all by name
            select cast(null as string) as landed_file
            where false
        )
    )
{%- endmacro %}

{# A name that the files do not have is looked up outside of the subquery, where it is null. #}
{% macro spark__landed(landing, table) -%}
    {%- if "://" in landing -%}
        {{ exceptions.raise_compiler_error(
            "Spark cannot read the landing zone at JALUR_LANDING_URL: it would need the Hadoop libraries"
            " for S3, which are no Python packages. Build with DuckDB, or copy the landing zone into a"
            " home and unset JALUR_LANDING_URL."
        ) }}
    {%- endif -%}
    (
        select rows.*
        from (select cast(null as string) as landed_file) as unmerged,
        lateral (
            select
                record_id, source_updated_at, is_deleted, payload, payload_hash, extracted_at, run_id,
                load_seq,
                coalesce(landed_file, concat('{{ table }}/', _metadata.file_name)) as landed_file
            from parquet.`{{ landing | replace("`", "``") }}/{{ table }}`
        ) as rows
    )
{%- endmacro %}
