//! In: what went wrong while a page was read. Out: an error that names it without quoting the page.

use std::error::Error;
use std::fmt;

use lol_html::errors::RewritingError;

/// Why a page cannot be passed on. None of them can be recovered from: the stream must be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HtmlError {
    /// A token, script or nesting needs more memory than the page may take.
    Memory,
    /// Markup that a browser may read in two ways (`<style>` within `<select>`, for one).
    Ambiguous,
    /// Documents within documents, deeper than is followed.
    TooDeep,
    /// More `base` elements than are followed.
    TooManyBases,
    /// A charset that cannot be read here (ISO-2022-JP, UTF-7), or text that is not what it says.
    Charset,
    /// XML entities that hold markup.
    Entities,
    /// The stream was used after an error or after its end.
    Over,
}

impl HtmlError {
    /// The name a log line and a counter may give it.
    pub const fn rule(self) -> &'static str {
        match self {
            HtmlError::Memory => "page-memory",
            HtmlError::Ambiguous => "page-ambiguous",
            HtmlError::TooDeep => "page-too-deep",
            HtmlError::TooManyBases => "page-bases",
            HtmlError::Charset => "page-charset",
            HtmlError::Entities => "page-entities",
            HtmlError::Over => "page-over",
        }
    }
}

impl fmt::Display for HtmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HtmlError::Memory => "the page needs more memory than it may take",
            HtmlError::Ambiguous => "the page's markup can be read in two ways",
            HtmlError::TooDeep => "the page nests documents too deeply",
            HtmlError::TooManyBases => "the page has too many base elements",
            HtmlError::Charset => "the page is in a charset that cannot be read",
            HtmlError::Entities => "the page declares XML entities that hold markup",
            HtmlError::Over => "the page has already ended",
        })
    }
}

impl Error for HtmlError {}

impl From<RewritingError> for HtmlError {
    fn from(error: RewritingError) -> HtmlError {
        match error {
            RewritingError::MemoryLimitExceeded(_) => HtmlError::Memory,
            RewritingError::ContentHandlerError(inner) => {
                inner.downcast_ref::<HtmlError>().copied().unwrap_or(HtmlError::Ambiguous)
            }
            _ => HtmlError::Ambiguous,
        }
    }
}
