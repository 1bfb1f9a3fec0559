//! In: a released cell. Out: its line in an export, with its standard error and range.

use serde_json::{Value, json};

use crate::usage::{Family, ReleasedCell, total};

/// The first line of an export as CSV.
pub const CSV_HEAD: &str = "site,family,from,to,cell,value,standard_error,low,high\r\n";

/// A cell's line in it (RFC 4180), its end included.
pub fn csv_row(site: &str, family: Family, cell: &ReleasedCell) -> String {
    let (low, high) = range(cell);
    let (site, name) = (field(site), field(&cell.cell));
    let (from, to, error) = (cell.from.iso(), cell.to.iso(), cell.sigma.value());
    format!("{site},{},{from},{to},{name},{},{error:.3},{low},{high}\r\n", family.id(), cell.value)
}

/// The same as JSON.
pub fn json_row(cell: &ReleasedCell) -> Value {
    let (low, high) = range(cell);
    json!({
        "from": cell.from.iso(), "to": cell.to.iso(), "cell": cell.cell, "value": cell.value,
        "standard_error": cell.sigma.value(), "low": low, "high": high,
    })
}

fn range(cell: &ReleasedCell) -> (i64, i64) {
    total(std::slice::from_ref(cell)).range()
}

/// A field of CSV. What a spreadsheet would take for a formula begins with an apostrophe: paths come
/// from the site's own pages, and one of them may begin with `=`.
fn field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}
