//! Tables: Arrow record batches, handed to any library that speaks the Arrow PyCapsule interface.
//!
//! Each column carries its unit and one sentence of documentation in its field metadata, under `unit` and `doc`.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::ffi::FFI_ArrowSchema;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, DictionaryArray, DurationNanosecondArray, Float64Array, Int32Array, Int64Array,
    RecordBatch, RecordBatchIterator, StringArray, TimestampNanosecondArray,
};
use arrow_schema::{Field, Schema};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyCapsule};

use crate::columns::{self, NONE_NS};

/// A table with named, documented columns.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Table(RecordBatch);

/// Name, Arrow type, unit and documentation of a column.
type ColumnAbout = (String, String, String, String);
/// Name, kind, unit, documentation, values, labels.
type GivenColumn<'py> = (String, String, String, String, Bound<'py, PyAny>, Vec<String>);
/// Data type as numpy spells it, the values in native byte order, and what codes stand for.
type ColumnValues<'py> = (&'static str, Bound<'py, PyBytes>, Option<Vec<String>>);

#[pymethods]
impl Table {
    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    /// One entry a column, in order.
    fn columns(&self) -> Vec<ColumnAbout> {
        let about = |field: &Arc<Field>| {
            let of = |key: &str| field.metadata().get(key).cloned().unwrap_or_default();
            (field.name().clone(), field.data_type().to_string(), of("unit"), of("doc"))
        };
        self.0.schema_ref().fields().iter().map(about).collect()
    }

    /// The values of a column; where there is none stands NaN, NaT or the code −1.
    #[pyo3(signature = (name, /))]
    fn values<'py>(&self, py: Python<'py>, name: &str) -> PyResult<ColumnValues<'py>> {
        let column = self.0.column_by_name(name).ok_or_else(|| PyKeyError::new_err(name.to_owned()))?;
        Ok(values(py, column))
    }

    /// A table of columns from the front: name, kind, unit, documentation, values as a buffer of 64-bit numbers, labels.
    #[staticmethod]
    #[pyo3(signature = (columns, /))]
    fn from_columns(columns: Vec<GivenColumn<'_>>) -> PyResult<Self> {
        let mut table = Columns::default();
        for (name, kind, unit, doc, values, labels) in columns {
            table = match kind.as_str() {
                "whole" => table.whole(&name, &unit, &doc, columns::whole(&values)?),
                "real" => {
                    let some = |value: f64| (!value.is_nan()).then_some(value);
                    let values: Vec<_> = columns::real(&values)?.into_iter().map(some).collect();
                    table.add(&name, &unit, &doc, Arc::new(Float64Array::from(values)))
                }
                "instant" => table.instant(&name, &doc, columns::whole(&values)?),
                "duration" => {
                    let some = |ns: i64| (ns != NONE_NS).then_some(ns);
                    let values = columns::whole(&values)?.into_iter().map(some).collect();
                    table.duration_or_none(&name, &doc, values)
                }
                _ => {
                    let most = labels.len() as i64;
                    let code = |code: i64| if (0..most).contains(&code) { code as i32 } else { -1 };
                    let codes = columns::whole(&values)?.into_iter().map(code);
                    table.label(&name, &doc, codes, labels.iter().map(String::as_str))
                }
            };
        }
        let rows = table.arrays.first().map_or(0, |array| array.len());
        if let Some(place) = table.arrays.iter().position(|array| array.len() != rows) {
            let name = table.fields[place].name();
            let message = format!("the column {name} is not as long as the first, which has {rows} rows");
            return Err(PyValueError::new_err(message));
        }
        Ok(table.finish())
    }

    /// The schema as an `arrow_schema` capsule.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.0.schema_ref().as_ref()).map_err(unexportable)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// The rows as an `arrow_array_stream` capsule. A requested schema is a wish, and is not granted.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let rows = RecordBatchIterator::new([Ok(self.0.clone())], self.0.schema());
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(rows)), c"arrow_array_stream")
    }
}

fn unexportable(error: arrow_schema::ArrowError) -> PyErr {
    pyo3::exceptions::PyRuntimeError::new_err(error.to_string())
}

fn values<'py>(py: Python<'py>, column: &ArrayRef) -> ColumnValues<'py> {
    let any = column.as_any();
    if let Some(column) = any.downcast_ref::<Int64Array>() {
        return ("i8", bytes(py, column.values().inner()), None);
    }
    if let Some(column) = any.downcast_ref::<Float64Array>() {
        let filled: Vec<f64> = column.iter().map(|value| value.unwrap_or(f64::NAN)).collect();
        return ("f8", bytes(py, &filled.into()), None);
    }
    if let Some(column) = any.downcast_ref::<TimestampNanosecondArray>() {
        return ("M8[ns]", bytes(py, column.values().inner()), None);
    }
    if let Some(column) = any.downcast_ref::<DurationNanosecondArray>() {
        let filled: Vec<i64> = column.iter().map(|value| value.unwrap_or(NONE_NS)).collect();
        return ("m8[ns]", bytes(py, &filled.into()), None);
    }
    let labels = any.downcast_ref::<DictionaryArray<Int32Type>>().expect("tables have five types of column");
    let codes: Vec<i32> = labels.keys().iter().map(|code| code.unwrap_or(-1)).collect();
    let texts = labels.values().as_any().downcast_ref::<StringArray>().expect("labels are texts");
    let texts = texts.iter().map(|text| text.unwrap_or_default().to_owned()).collect();
    ("i4", bytes(py, &codes.into()), Some(texts))
}

fn bytes<'py>(py: Python<'py>, values: &arrow_buffer::Buffer) -> Bound<'py, PyBytes> {
    PyBytes::new(py, values.as_slice())
}

/// A table being put together, column by column.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    fields: Vec<Field>,
    arrays: Vec<ArrayRef>,
}

impl Columns {
    /// Whole numbers.
    pub(crate) fn whole(self, name: &str, unit: &str, doc: &str, values: Vec<i64>) -> Self {
        self.add(name, unit, doc, Arc::new(Int64Array::from(values)))
    }

    /// Numbers.
    pub(crate) fn real(self, name: &str, unit: &str, doc: &str, values: Vec<f64>) -> Self {
        self.add(name, unit, doc, Arc::new(Float64Array::from(values)))
    }

    /// Shares in `[0, 1]`; none where a denominator is zero.
    pub(crate) fn share(self, name: &str, doc: &str, values: Vec<Option<f64>>) -> Self {
        self.add(name, "share", doc, Arc::new(Float64Array::from(values)))
    }

    /// Instants, in nanoseconds since 1970.
    pub(crate) fn instant(self, name: &str, doc: &str, values: Vec<i64>) -> Self {
        let values = TimestampNanosecondArray::from(values).with_timezone("UTC");
        self.add(name, "instant, UTC", doc, Arc::new(values))
    }

    /// Lengths of time, in nanoseconds.
    pub(crate) fn duration(self, name: &str, doc: &str, values: Vec<i64>) -> Self {
        self.add(name, "duration", doc, Arc::new(DurationNanosecondArray::from(values)))
    }

    /// Lengths of time, in nanoseconds, where there is one.
    pub(crate) fn duration_or_none(self, name: &str, doc: &str, values: Vec<Option<i64>>) -> Self {
        self.add(name, "duration", doc, Arc::new(DurationNanosecondArray::from(values)))
    }

    /// Labels by their place in a list; −1 is none.
    pub(crate) fn label<'a>(
        self,
        name: &str,
        doc: &str,
        codes: impl IntoIterator<Item = i32>,
        labels: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let keys: Int32Array = codes.into_iter().map(|code| (code >= 0).then_some(code)).collect();
        let labels = StringArray::from_iter_values(labels);
        self.add(name, "label", doc, Arc::new(DictionaryArray::new(keys, Arc::new(labels))))
    }

    fn add(mut self, name: &str, unit: &str, doc: &str, array: ArrayRef) -> Self {
        let about = HashMap::from([("unit".to_owned(), unit.to_owned()), ("doc".to_owned(), doc.to_owned())]);
        let nullable = array.is_nullable();
        self.fields.push(Field::new(name, array.data_type().clone(), nullable).with_metadata(about));
        self.arrays.push(array);
        self
    }

    pub(crate) fn finish(self) -> Table {
        let schema = Arc::new(Schema::new(self.fields));
        Table(RecordBatch::try_new(schema, self.arrays).expect("all columns are as long as the first"))
    }
}
