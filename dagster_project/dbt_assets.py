"""How dbt's nodes look in Dagster's graph."""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings


class LayerTranslator(DagsterDbtTranslator):
    """Groups by layer, so that the graph reads from left to right."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """staging, intermediate or marts: the folder below `models`, the schema of a seed."""
        if dbt_resource_props["resource_type"] == "seed":
            return str(dbt_resource_props["schema"])
        if dbt_resource_props["resource_type"] != "model":
            return super().get_group_name(dbt_resource_props)
        return str(dbt_resource_props["fqn"][1])


TRANSLATOR = LayerTranslator(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))
# What `dbt build` makes tables of.
TABLES = ("model", "seed")


def mart_keys(manifest: Path, *, with_data_quality: bool = False) -> list[dg.AssetKey]:
    """Asset keys of the models in the schema `marts`."""
    nodes = json.loads(manifest.read_text())["nodes"].values()
    return [
        TRANSLATOR.get_asset_key(node)
        for node in nodes
        if node["resource_type"] == "model"
        and node["schema"] == "marts"
        and (with_data_quality or "data_quality" not in node["tags"])
    ]


def in_build_order(manifest: Path, keys: AbstractSet[dg.AssetKey]) -> list[dg.AssetKey]:
    """The keys of models and seeds, each after those that it is made of."""
    nodes = json.loads(manifest.read_text())["nodes"]
    # A seed is made of nothing.
    parents = {name: node["depends_on"].get("nodes", []) for name, node in nodes.items()}
    ordered = [nodes[name] for name in TopologicalSorter(parents).static_order() if name in nodes]
    tables = [TRANSLATOR.get_asset_key(node) for node in ordered if node["resource_type"] in TABLES]
    return [key for key in tables if key in keys]


def model_names(manifest: Path) -> dict[dg.AssetKey, str]:
    """The name that dbt selects a model by, for every asset key."""
    nodes = json.loads(manifest.read_text())["nodes"].values()
    return {
        TRANSLATOR.get_asset_key(node): node["name"]
        for node in nodes
        if node["resource_type"] in TABLES
    }
