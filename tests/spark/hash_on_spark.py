"""Hash the addresses of standard input (a JSON list) on local Spark; the key is in the environment.

`python -m tests.spark.hash_on_spark`. A process of its own: Java reads its environment once.
"""

import json
import sys
from importlib import import_module

from jinja2 import Environment

from tests.warehouse import PROJECT

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "localhost",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.ansi.enabled": "true",
    "spark.log.level": "ERROR",
}


def expressions(column: str) -> tuple[str, str]:
    """Spark's SQL of the hash and of the domain, as the macros of the project write it."""
    macros = Environment(extensions=["jinja2.ext.do"])
    engine = (PROJECT / "macros" / "engine" / "address_hash.sql").read_text()
    own = macros.from_string(engine).make_module()
    readers = (PROJECT / "macros" / "staging" / "read_values.sql").read_text()
    macros.globals["plain_address"] = own.spark__plain_address  # type: ignore[attr-defined]
    read = macros.from_string(readers).make_module()
    return (
        own.spark__address_hash(column),  # type: ignore[attr-defined]
        read.read_email_domain(column),  # type: ignore[attr-defined]
    )


def main() -> None:
    """Print a JSON list of pairs: hash and domain of each address."""
    addresses = json.load(sys.stdin)
    # By its name: nobody who checks types has it.
    builder = import_module("pyspark.sql").SparkSession.builder.master("local[1]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    rows = [(number, address) for number, address in enumerate(addresses)]
    spark.createDataFrame(rows, "place int, address string").createOrReplaceTempView("addresses")
    hashed, domain = expressions("address")
    found = spark.sql(f"select {hashed}, {domain} from addresses order by place").collect()
    print(json.dumps([list(row) for row in found]))
    spark.stop()


if __name__ == "__main__":
    main()
