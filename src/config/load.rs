//! From a path or a text to a config.
//!
//! In: the main file, and the files it includes. Out: a checked [`Config`], or why there is none.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::check::{assemble, resolved};
use super::checked::Config;
use super::problem::{Problems, Report, Source};
use super::raw::{RawFile, read_file};
use super::table::Given;
use crate::policy::name_matches;

/// Why there is no config.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The main file cannot be read at all.
    #[error("{file} cannot be read: {why}")]
    Unreadable { file: String, why: std::io::Error },
    /// It can, and something is wrong with it.
    #[error(transparent)]
    Problems(#[from] Problems),
}

impl Config {
    /// Reads the file at `path` and what it includes.
    ///
    /// # Errors
    /// The file cannot be read, or every problem in it and its includes.
    pub fn load(path: &Path) -> Result<Config, LoadError> {
        let file = path.display().to_string();
        let text =
            fs::read_to_string(path).map_err(|why| LoadError::Unreadable { file: file.clone(), why })?;
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let (mut config, mut files) = read(Source { name: file, text, folder })?;
        files.insert(0, path.to_owned());
        files.extend(named(&config));
        config.files = files;
        Ok(config)
    }

    /// Reads a text that came from elsewhere; `name` stands for its file in messages, and relative
    /// paths start from the working directory.
    ///
    /// # Errors
    /// Every problem in it.
    pub fn from_text(name: &str, text: &str) -> Result<Config, Problems> {
        let (config, _) =
            read(Source { name: name.to_owned(), text: text.to_owned(), folder: PathBuf::new() })?;
        Ok(config)
    }
}

/// The config, and what it was read from beside the main file.
fn read(main: Source) -> Result<(Config, Vec<PathBuf>), Problems> {
    let report = Report::default();
    let main = read_file(&Arc::new(main), &report);
    let (mut included, mut read_from): (Vec<PathBuf>, Vec<PathBuf>) = (Vec::new(), lists(&main));
    for pattern in main.include.value().into_iter().flatten() {
        included.extend(matching(pattern, &report));
        // A file that comes or goes changes its folder.
        read_from.extend(resolved(pattern).parent().map(Path::to_path_buf));
    }
    included.sort();
    included.dedup();
    read_from.extend(included.iter().cloned());
    let included: Vec<RawFile> =
        included.iter().filter_map(|path| read_included(path, &main, &report)).collect();
    let files = std::iter::once(main).chain(included).collect();
    Ok((assemble(files, report)?, read_from))
}

/// The operator's lists of trackers and of networks.
fn lists(main: &RawFile) -> Vec<PathBuf> {
    let server = main.server.iter();
    let named = server.flat_map(|server| [server.tracker_lists.value(), server.hosting_networks.value()]);
    named.flatten().flatten().map(resolved).collect()
}

/// The files that a config names.
fn named(config: &Config) -> Vec<PathBuf> {
    let certificates = config.server.certificates.iter().flat_map(|pem| [&pem.cert, &pem.key]);
    let trust = config.sites.iter().filter_map(|site| site.origin_ca.as_ref());
    let authority = config.server.acme.iter().filter_map(|acme| acme.ca.as_ref());
    certificates.chain(authority).chain(trust).chain(&config.server.geoip).cloned().collect()
}

/// The files that a pattern means. `*` stands in the last part of a path only.
fn matching(pattern: &Given<String>, report: &Report) -> Vec<PathBuf> {
    let path = pattern.at.source().folder.join(&pattern.value);
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        report.say(&pattern.at, "include: this names no file", "write include = [\"sites.d/*.toml\"]");
        return Vec::new();
    };
    if folder.display().to_string().contains('*') {
        report.say(
            &pattern.at,
            "include: * stands in the file's name only",
            "name each folder in a line of its own",
        );
        return Vec::new();
    }
    if !name.contains('*') {
        return vec![path];
    }
    // `a.toml` has no folder of its own: the working directory is meant.
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    match fs::read_dir(folder) {
        Ok(entries) => entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.file_name().and_then(|n| n.to_str()).is_some_and(|n| name_matches(name, n)))
            .collect(),
        Err(error) => {
            let message = format!("include: {} cannot be read: {error}", folder.display());
            report.say(&pattern.at, message, "write a folder that exists, relative to this file");
            Vec::new()
        }
    }
}

fn read_included(path: &Path, main: &RawFile, report: &Report) -> Option<RawFile> {
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    match fs::read_to_string(path) {
        Ok(text) => {
            let source = Source { name: path.display().to_string(), text, folder };
            Some(read_file(&Arc::new(source), report))
        }
        Err(error) => {
            let place = main.include.given().map_or(&main.start, |given| &given.at);
            let message = format!("include: {} cannot be read: {error}", path.display());
            report.say(place, message, "leave it out, or let the service read it");
            None
        }
    }
}
