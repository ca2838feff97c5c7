{#
    A struct with parts of a JSON document, which is parsed once. `leaves` names them by their paths,
    steps joined by dots, or a tuple of steps where one has a dot itself: "text" for a text, a list of
    names for a list of objects of such texts.
#}
{% macro json_structure(payload, leaves) -%}
    {%- set structure = {} -%}
    {%- for path, leaf in leaves.items() -%}
        {%- set steps = json_steps(path) -%}
        {%- set place = namespace(node=structure) -%}
        {%- for step in steps[:-1] -%}
            {%- if step not in place.node -%}{%- do place.node.update({step: {}}) -%}{%- endif -%}
            {%- set place.node = place.node[step] -%}
        {%- endfor -%}
        {%- do place.node.update({steps[-1]: leaf}) -%}
    {%- endfor -%}
    {{ adapter.dispatch("json_structure")(payload, structure) }}
{%- endmacro %}

{% macro default__json_structure(payload, structure) -%}
    json_transform({{ payload }}, '{{ duckdb_json_type(structure) }}')
{%- endmacro %}

{% macro duckdb_json_type(node) -%}
    {%- if node is mapping -%}
    { {%- for name, child in node.items() -%}
        "{{ name }}": {{ duckdb_json_type(child) }}{{ ", " if not loop.last }}
    {%- endfor -%} }
    {%- elif node is string -%}
    "VARCHAR"
    {%- else -%}
    [{ {%- for name in node -%} "{{ name }}": "VARCHAR"{{ ", " if not loop.last }} {%- endfor -%} }]
    {%- endif -%}
{%- endmacro %}

{% macro spark__json_structure(payload, structure) -%}
    from_json({{ payload }}, '{{ spark_json_type(structure) }}')
{%- endmacro %}

{% macro spark_json_type(node) -%}
    {%- if node is mapping -%}
    struct<{% for name, child in node.items() -%}
        `{{ name }}`: {{ spark_json_type(child) }}{{ ", " if not loop.last }}
    {%- endfor %}>
    {%- elif node is string -%}
    string
    {%- else -%}
    array<struct<{% for name in node -%} `{{ name }}`: string{{ ", " if not loop.last }} {%- endfor %}>>
    {%- endif -%}
{%- endmacro %}

{% macro json_steps(path) -%}
    {{ return(path.split(".") if path is string else path) }}
{%- endmacro %}

{# One leaf of such a struct. #}
{% macro json_leaf(structure, path) -%}
    {{ structure }}{% for step in json_steps(path) %}.{{ adapter.quote(step) }}{% endfor %}
{%- endmacro %}

{# A join with the items of a list in each row: `item`, and its `item_position` from 0 on. #}
{% macro join_items(items) -%}
    {{ adapter.dispatch("join_items")(items) }}
{%- endmacro %}

{% macro default__join_items(items) -%}
    cross join lateral (
        select
            unnest({{ items }}) as item,
            generate_subscripts({{ items }}, 1) - 1 as item_position
    ) as items
{%- endmacro %}

{% macro spark__join_items(items) -%}
    lateral view posexplode({{ items }}) items as item_position, item
{%- endmacro %}

{# The rows of a CTE once for every part of a text that is joined by semicolons. #}
{% macro split_items(rows, list, name) -%}
    select
        split_rows.*,
        item as {{ name }}
    from (select *, split({{ list }}, ';') as parts from {{ rows }}) as split_rows
    {{ join_items("parts") }}
{%- endmacro %}
