"""Results as tables: one Arrow stream, read by pandas, polars and pyarrow alike."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import sunline

from tests.test_simulation import shop


@pytest.fixture(scope="module")
def contacts() -> sunline.tables.Table:
    """Every contact of a day."""
    return sunline.Simulation(shop()).run(seed=7).contacts


def test_a_table_is_an_arrow_stream(contacts: sunline.tables.Table) -> None:
    assert "arrow_array_stream" in repr(contacts.__arrow_c_stream__())
    assert "arrow_schema" in repr(contacts.__arrow_c_schema__())
    in_arrow = pa.table(contacts)
    assert in_arrow.num_rows == len(contacts)
    assert in_arrow.schema.names == [column.name for column in contacts.columns]
    assert pa.schema(contacts) == in_arrow.schema


def test_every_column_has_a_type_a_unit_and_a_sentence(contacts: sunline.tables.Table) -> None:
    schema = pa.schema(contacts)
    for column in contacts:
        assert column.doc.endswith(".")
        assert column.name in schema.names
        metadata = schema.field(column.name).metadata or {}
        assert metadata.get(b"doc", column.doc.encode()) == column.doc.encode()


def test_pandas_polars_and_arrow_hold_the_same_values(contacts: sunline.tables.Table) -> None:
    in_arrow, in_pandas, in_polars = contacts.to_arrow(), contacts.to_pandas(), contacts.to_polars()
    assert len(contacts) == in_arrow.num_rows == len(in_pandas) == in_polars.height > 100
    for name in in_polars.columns:
        ours = in_arrow.column(name).to_pandas()
        theirs = in_polars[name].to_arrow().to_pandas()
        if isinstance(in_pandas[name].dtype, pd.CategoricalDtype):
            assert in_pandas[name].astype(object).where(in_pandas[name].notna(), None).tolist() == [
                None if pd.isna(value) else value for value in ours.astype(object)
            ]
            assert in_polars[name].cast(pl.String).to_list() == in_arrow.column(name).to_pylist()
        else:
            pd.testing.assert_series_equal(in_pandas[name], ours, check_names=False, check_dtype=False)
            pd.testing.assert_series_equal(ours, theirs, check_names=False, check_dtype=False)


def test_columns_are_numpy_arrays_without_any_frame(contacts: sunline.tables.Table) -> None:
    for column in contacts:
        values = contacts.to_numpy(column.name)
        assert isinstance(values, np.ndarray)
        assert len(values) == len(contacts)
    with pytest.raises(sunline.InvalidArgument) as refused:
        contacts.to_numpy("shoe_size")
    assert refused.value.code == "unknown_column"


def test_queues_and_agents_of_many_replications_are_one_table() -> None:
    replications = sunline.Simulation(shop()).replicate(seed=3, count=4)
    queues, agents = replications.queues.to_pandas(), replications.agents.to_pandas()
    assert len(queues) == 4
    assert len(agents) == 8
    assert sorted(set(queues["replication"])) == [0, 1, 2, 3]
