//! What is wrong with a config, where, and what to write instead.
//!
//! In: a place in a file, a message and a remedy. Out: text for the operator, whose first line holds
//! `file:line:column: message`. It must never know more of the file than the line up to the end of
//! what is wrong: what stands behind it may be nobody's business.

use std::cell::RefCell;
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// A file that was read.
#[derive(Debug)]
pub(super) struct Source {
    /// As the operator named it.
    pub name: String,
    pub text: String,
    /// What relative paths in it start from.
    pub folder: PathBuf,
}

/// Bytes of a file.
#[derive(Clone, Debug)]
pub(super) struct Place {
    source: Arc<Source>,
    span: Range<usize>,
}

impl Place {
    pub fn new(source: &Arc<Source>, span: Range<usize>) -> Place {
        Place { source: Arc::clone(source), span }
    }

    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Line and column of its first character, both from 1; columns count characters.
    fn start(&self) -> (usize, usize) {
        let before = self.source.text.get(..self.span.start).unwrap_or(&self.source.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Problem {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    pub message: String,
    /// What to write instead.
    pub remedy: String,
    excerpt: Option<Excerpt>,
}

/// A line of the file up to the end of what is wrong, and where in it that is, in bytes.
#[derive(Clone, Debug)]
struct Excerpt {
    text: String,
    marked: Range<usize>,
}

impl Problem {
    pub(super) fn at(place: &Place, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Problem { excerpt: excerpt(place), ..Problem::unquoted(place, message, remedy) }
    }

    /// A problem with a text that may hold a secret: its line is not shown.
    pub(super) fn unquoted(place: &Place, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        let (line, column) = place.start();
        let file = place.source.name.clone();
        Problem { file, line, column, message: message.into(), remedy: remedy.into(), excerpt: None }
    }
}

fn excerpt(place: &Place) -> Option<Excerpt> {
    let text = &place.source.text;
    let start = text.get(..place.span.start)?.rfind('\n').map_or(0, |at| at + 1);
    let shown = text.get(start..place.span.end)?;
    let shown = shown.lines().next().unwrap_or(shown);
    let marked = place.span.start - start..shown.len();
    (!marked.is_empty()).then(|| Excerpt { text: shown.to_owned(), marked })
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Problem { file, line, column, message, remedy, excerpt } = self;
        let title = format!("{file}:{line}:{column}: {message}");
        let mut group = Group::with_title(Level::ERROR.no_name().primary_title(title));
        if let Some(Excerpt { text, marked }) = excerpt {
            let mark = AnnotationKind::Primary.span(marked.clone());
            group = group.element(Snippet::source(text).line_start(*line).annotation(mark));
        }
        group = group.element(Level::HELP.message(remedy));
        f.write_str(&Renderer::plain().render(&[group]))
    }
}

/// Everything that is wrong with a config, in the order of the files.
#[derive(Clone, Debug)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    /// How many; never 0.
    pub fn count(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}\n")?;
        }
        match self.0.len() {
            1 => f.write_str("1 problem"),
            count => write!(f, "{count} problems"),
        }
    }
}

impl std::error::Error for Problems {}

/// Collects problems while the files are read and checked.
#[derive(Debug, Default)]
pub(super) struct Report {
    problems: RefCell<Vec<Problem>>,
    /// Every key that was asked for, and whether some file gave it.
    #[cfg(test)]
    pub keys: RefCell<std::collections::BTreeMap<String, bool>>,
}

impl Report {
    pub fn add(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    pub fn say(&self, place: &Place, message: impl Into<String>, remedy: impl Into<String>) {
        self.add(Problem::at(place, message, remedy));
    }

    pub fn is_empty(&self) -> bool {
        self.problems.borrow().is_empty()
    }

    /// What was found, by file (in the order in which they were met), line and column.
    pub fn into_problems(self) -> Problems {
        let mut problems = self.problems.into_inner();
        let mut files: Vec<String> = Vec::new();
        for problem in &problems {
            if !files.contains(&problem.file) {
                files.push(problem.file.clone());
            }
        }
        let place = |p: &Problem| (files.iter().position(|file| *file == p.file), p.line, p.column);
        problems.sort_by_key(place);
        Problems(problems)
    }
}
