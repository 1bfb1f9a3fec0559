//! In: a filter with a family. Out: its released cells as CSV or JSON, each with its standard error and
//! range. An export is logged before it is handed out (promise RQ14).

use http::{StatusCode, header};
use serde_json::{Value, json};

use super::answer::AdminAnswer;
use super::filter::Filter;
use super::released::Released;
use super::rows::{CSV_HEAD, csv_row, json_row};
use crate::store::{Store, StoreError};
use crate::usage::Family;

/// The family that is asked for, as CSV (RFC 4180): a line for each cell of each released period, as
/// it was released, negative values too, so that sums stay unbiased.
///
/// # Errors
/// Where the export cannot be logged, or the counts not be read.
pub(super) fn csv(store: &Store, account: &str, filter: &Filter<'_>) -> Result<AdminAnswer, StoreError> {
    let family = filter.family.unwrap_or(Family::Visits);
    let released = read(store, account, filter, family, "csv")?;
    let rows = released.cells.iter().map(|cell| csv_row(&filter.site.name, family, cell));
    let text: String = std::iter::once(CSV_HEAD.to_owned()).chain(rows).collect();
    let (from, to) = (filter.period.from.iso(), filter.period.to.iso());
    let site: String =
        filter.site.name.chars().filter(|c| c.is_ascii_alphanumeric() || ".-".contains(*c)).collect();
    let name = format!("attachment; filename=\"{site}-{}-{from}-{to}.csv\"", family.id());
    let answer = AdminAnswer::new(StatusCode::OK, "text/csv; charset=utf-8; header=present", text);
    Ok(answer.with(header::CONTENT_DISPOSITION, name))
}

/// The same as JSON.
///
/// # Errors
/// As [`csv`].
pub(super) fn json(store: &Store, account: &str, filter: &Filter<'_>) -> Result<AdminAnswer, StoreError> {
    let family = filter.family.unwrap_or(Family::Visits);
    let released = read(store, account, filter, family, "json")?;
    let cells: Vec<Value> = released.cells.iter().map(json_row).collect();
    let body = json!({
        "site": filter.site.name,
        "family": family.id(),
        "from": filter.period.from.iso(),
        "to": filter.period.to.iso(),
        "sample": filter.site.sample,
        "cells": cells,
    });
    Ok(AdminAnswer::new(StatusCode::OK, "application/json", body.to_string()))
}

fn read(
    store: &Store,
    account: &str,
    filter: &Filter<'_>,
    family: Family,
    format: &str,
) -> Result<Released, StoreError> {
    let (site, period) = (&filter.site.name, filter.period);
    store.log_export(account, site, &format!("{}.{format}", family.id()), period.from, period.to)?;
    Released::read(store, site, family, period)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dashboard::fixture::{House, header, text};
    use crate::policy::Day;

    #[test]
    fn csv_has_every_cell_as_it_was_released_and_is_logged() {
        let house = House::new();
        house.release(Family::Pages, (7, 1), &[("/", 560), ("/a,\"b\"", -4), ("=1+1", 3)]);
        house.release(Family::Pages, (60, 54), &[("/old", 9)]);
        let answer = house.get("/export.csv?site=clinic.example&family=pages&days=28", &house.cookie());
        let lines: Vec<String> = text(&answer).split("\r\n").map(str::to_owned).collect();
        assert_eq!(
            lines,
            [
                "site,family,from,to,cell,value,standard_error,low,high",
                "clinic.example,pages,2026-11-15,2026-11-21,/,560,5.000,550,570",
                "clinic.example,pages,2026-11-15,2026-11-21,\"/a,\"\"b\"\"\",-4,5.000,0,6",
                "clinic.example,pages,2026-11-15,2026-11-21,'=1+1,3,5.000,0,13",
                "",
            ]
        );
        let name = header(&answer, "content-disposition").unwrap();
        assert_eq!(name, "attachment; filename=\"clinic.example-pages-2026-10-25-2026-11-21.csv\"");
        let log = house.store.exports(9).unwrap();
        assert_eq!((log.len(), log[0].account.as_str(), log[0].what.as_str()), (1, "amina", "pages.csv"));
        assert_eq!(log[0].to, Day(20_778));
    }

    #[test]
    fn json_says_the_same() {
        let house = House::new();
        house.release(Family::Visits, (1, 1), &[("visits", 100)]);
        let answer = house.get("/api/v1/usage?family=visits&days=7", &house.cookie());
        let value: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(value["cells"][0]["value"], 100);
        assert_eq!((&value["cells"][0]["low"], &value["cells"][0]["high"]), (&json!(90), &json!(110)));
        assert_eq!(house.store.exports(9).unwrap()[0].what, "visits.json");
    }
}
