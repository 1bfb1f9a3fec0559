//! In: the body of a POST to `/_privacy/consent`, as a form or JSON. Out: a [`Press`], or why it is
//! none. Not yet measured against a site: [`super::apply`] does that.

use serde::Deserialize;
use url::form_urlencoded;

use super::return_path::safe_return;

/// The longest body that is read, in bytes.
pub const MAX_PRESS_BYTES: usize = 16 * 1024;

/// What a visitor pressed, in the words of the contract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Press {
    /// The choice; absent where only `usage` is set.
    pub act: Option<Act>,
    /// Ids as they came, not yet known to exist.
    pub purposes: Vec<String>,
    /// Vendors granted on their own; `-id` refuses one against its purpose.
    pub vendors: Vec<String>,
    /// One of age, or a parent or guardian, agrees.
    pub guardian: bool,
    /// Whether to be counted from now on; `None` leaves it as it is.
    pub counted: Option<bool>,
    /// A path and query on this site.
    pub return_to: String,
    /// The form's token, for the door to check.
    pub token: Option<String>,
}

/// The kinds of press.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Accept,
    Refuse,
    Save,
    Withdraw,
    Once,
}

/// Why a press was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PressError {
    #[error("the body is neither a form nor JSON")]
    UnknownFormat,
    #[error("the body is longer than a press can be")]
    TooLong,
    #[error("the body cannot be read")]
    Unreadable,
    #[error("choice must be accept, refuse, save, withdraw or once; usage must be object or count")]
    UnknownChoice,
    #[error("a purpose is not offered on this site")]
    UnknownPurpose,
    #[error("a vendor is not offered on this site")]
    UnknownVendor,
    #[error("no third party loads on that page")]
    SensitivePage,
    #[error("a person of age, or a parent or guardian, must agree: guardian=yes")]
    GuardianMissing,
}

impl PressError {
    /// The status of the answer.
    pub const fn status(self) -> u16 {
        match self {
            PressError::UnknownFormat => 415,
            PressError::TooLong => 413,
            PressError::GuardianMissing => 422,
            PressError::SensitivePage => 403,
            _ => 400,
        }
    }

    /// The answer to a JSON client: `application/problem+json` (RFC 9457).
    pub fn problem(self) -> String {
        let status = self.status();
        serde_json::json!({ "type": "about:blank", "title": self.title(), "status": status, "detail": self.to_string() })
            .to_string()
    }

    /// RFC 9457, 4.2.1: under `about:blank` the title is the status's own phrase.
    const fn title(self) -> &'static str {
        match self.status() {
            403 => "Forbidden",
            413 => "Content Too Large",
            415 => "Unsupported Media Type",
            422 => "Unprocessable Content",
            _ => "Bad Request",
        }
    }
}

/// Reads a body of at most [`MAX_PRESS_BYTES`].
pub fn read_press(content_type: &str, body: &[u8]) -> Result<Press, PressError> {
    if body.len() > MAX_PRESS_BYTES {
        return Err(PressError::TooLong);
    }
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let fields = match media_type.as_str() {
        "application/x-www-form-urlencoded" => form_urlencoded::parse(body).into_owned().collect(),
        "application/json" => json_fields(body)?,
        _ => return Err(PressError::UnknownFormat),
    };
    press_of(fields)
}

/// A repeated single-valued field is refused rather than guessed at; unknown fields are let be, since
/// a page's own script may add some.
fn press_of(fields: Vec<(String, String)>) -> Result<Press, PressError> {
    let mut press = Press { return_to: "/".to_owned(), ..Press::default() };
    let mut seen = Vec::new();
    for (name, value) in fields {
        if !matches!(&*name, "purpose" | "vendor") {
            if seen.contains(&name) {
                return Err(PressError::Unreadable);
            }
            seen.push(name.clone());
        }
        match &*name {
            "choice" => press.act = Some(act(&value)?),
            "purpose" => press.purposes.push(value),
            "vendor" => press.vendors.push(value),
            "guardian" => press.guardian = value == "yes",
            "usage" => press.counted = Some(usage(&value)?),
            "return" => press.return_to = safe_return(&value),
            "token" => press.token = Some(value),
            _ => {}
        }
    }
    if press.act.is_none() && press.counted.is_none() {
        return Err(PressError::UnknownChoice);
    }
    Ok(press)
}

fn act(choice: &str) -> Result<Act, PressError> {
    match choice {
        "accept" => Ok(Act::Accept),
        "refuse" => Ok(Act::Refuse),
        "save" => Ok(Act::Save),
        "withdraw" => Ok(Act::Withdraw),
        "once" => Ok(Act::Once),
        _ => Err(PressError::UnknownChoice),
    }
}

impl Act {
    /// As the contract writes it.
    pub const fn id(self) -> &'static str {
        match self {
            Act::Accept => "accept",
            Act::Refuse => "refuse",
            Act::Save => "save",
            Act::Withdraw => "withdraw",
            Act::Once => "once",
        }
    }
}

fn usage(value: &str) -> Result<bool, PressError> {
    match value {
        "object" => Ok(false),
        "count" => Ok(true),
        _ => Err(PressError::UnknownChoice),
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Field {
    One(String),
    Flag(bool),
    Many(Vec<String>),
}

fn json_fields(body: &[u8]) -> Result<Vec<(String, String)>, PressError> {
    // Of a repeated key the last value holds, as in every browser's own parser.
    let object: std::collections::BTreeMap<String, Field> =
        serde_json::from_slice(body).map_err(|_| PressError::Unreadable)?;
    let mut fields = Vec::new();
    for (name, field) in object {
        match field {
            Field::One(value) => fields.push((name, value)),
            Field::Flag(yes) => fields.push((name, if yes { "yes" } else { "no" }.to_owned())),
            Field::Many(values) => fields.extend(values.into_iter().map(|value| (name.clone(), value))),
        }
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";
    const JSON: &str = "application/json; charset=utf-8";

    #[test]
    fn a_form_and_json_say_the_same() {
        let form = b"choice=save&purpose=analytics&purpose=functional&vendor=-hotjar&guardian=yes&usage=object&return=%2Fa%3Fb%3Dc&token=t";
        let json = br#"{"choice":"save","purpose":["analytics","functional"],"vendor":"-hotjar","guardian":true,"usage":"object","return":"/a?b=c","token":"t"}"#;
        let press = read_press(FORM, form).unwrap();
        assert_eq!(press, read_press(JSON, json).unwrap());
        assert_eq!(press.act, Some(Act::Save));
        assert_eq!(press.purposes, ["analytics", "functional"]);
        assert_eq!(press.vendors, ["-hotjar"]);
        assert_eq!((press.guardian, press.counted, &*press.return_to), (true, Some(false), "/a?b=c"));
    }

    #[test]
    fn a_foreign_return_goes_home() {
        let press = read_press(FORM, b"choice=refuse&return=%2F%2Fevil.example").unwrap();
        assert_eq!(press.return_to, "/");
    }

    #[test]
    fn what_is_no_press_is_refused_with_its_reason() {
        let cases: [(&str, &[u8], PressError); 10] = [
            ("text/plain", b"choice=accept", PressError::UnknownFormat),
            ("multipart/form-data; boundary=x", b"", PressError::UnknownFormat),
            (FORM, b"", PressError::UnknownChoice),
            (FORM, b"choice=yes", PressError::UnknownChoice),
            (FORM, b"usage=maybe", PressError::UnknownChoice),
            (FORM, b"choice=refuse&choice=accept", PressError::Unreadable),
            (JSON, b"{", PressError::Unreadable),
            (JSON, b"[]", PressError::Unreadable),
            (JSON, br#"{"choice":{"a":1}}"#, PressError::Unreadable),
            (FORM, &[b'a'; MAX_PRESS_BYTES + 1], PressError::TooLong),
        ];
        for (content_type, body, error) in cases {
            assert_eq!(read_press(content_type, body), Err(error));
        }
    }

    #[test]
    fn a_problem_is_json_with_its_status() {
        let problem: serde_json::Value =
            serde_json::from_str(&PressError::GuardianMissing.problem()).unwrap();
        assert_eq!(problem["status"], 422);
        assert_eq!(problem["title"], "Unprocessable Content");
    }
}
