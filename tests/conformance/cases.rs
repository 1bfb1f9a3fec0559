//! Requests that two servers in a row may read in two ways (RFC 9112, 11.2), as data: what is sent, what Paravent
//! answers, and what of it an origin may see.

/// The second request that an attacker would slip through.
const SMUGGLED: &str = "GET /smuggled HTTP/1.1\r\nHost: clinic.example\r\n\r\n";

/// One connection's worth of bytes.
pub struct Case {
    pub name: &'static str,
    pub sent: String,
    /// The statuses of Paravent's answers, in their order; then it closes.
    pub answers: &'static [u16],
    /// Method, target and body of what every origin must read, and nothing else.
    pub reaches: &'static [(&'static str, &'static str, &'static str)],
}

/// What was refused never reaches an origin.
const NOTHING: &[(&str, &str, &str)] = &[];

pub fn all() -> Vec<Case> {
    let groups =
        [two_framings(), codings(), lengths(), lines(), request_lines(), hosts(), chunks(), sequences()];
    groups.into_iter().flatten().collect()
}

/// A POST with these lines and this body, refused.
fn refused(name: &'static str, lines: &str, body: &str) -> Case {
    let sent = format!("POST /case HTTP/1.1\r\nHost: clinic.example\r\n{lines}\r\n\r\n{body}");
    Case { name, sent, answers: &[400], reaches: NOTHING }
}

/// A head of its own, refused.
fn refused_head(name: &'static str, head: &str) -> Case {
    Case { name, sent: format!("{head}\r\n\r\n{SMUGGLED}"), answers: &[400], reaches: NOTHING }
}

/// A POST in these chunks; the server must notice while it reads the body.
fn refused_chunks(name: &'static str, body: impl AsRef<str>) -> Case {
    let lines = "Connection: close\r\nTransfer-Encoding: chunked";
    refused(name, lines, body.as_ref())
}

fn passed(
    name: &'static str,
    sent: impl Into<String>,
    reaches: &'static [(&'static str, &'static str, &'static str)],
) -> Case {
    let answers = match reaches.len() {
        1 => &[200][..],
        _ => &[200, 200],
    };
    Case { name, sent: sent.into(), answers, reaches }
}

/// Both of a length and chunks: each server believes one of them.
fn two_framings() -> Vec<Case> {
    let ends_at_once = format!("0\r\n\r\n{SMUGGLED}");
    let goes_on = format!("{:x}\r\n{SMUGGLED}\r\n0\r\n\r\n", SMUGGLED.len());
    vec![
        refused("CL.TE", "Content-Length: 60\r\nTransfer-Encoding: chunked", &ends_at_once),
        refused("TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4", &goes_on),
        refused(
            "CL.TE with a length of nothing",
            "Content-Length: 0\r\nTransfer-Encoding: chunked",
            &goes_on,
        ),
        refused("CL.TE behind a bare LF", "X: x\nTransfer-Encoding: chunked\r\nContent-Length: 4", &goes_on),
        refused(
            "CL.TE behind a folded line",
            "Content-Length: 4\r\nTransfer-Encoding:\r\n chunked",
            &goes_on,
        ),
        refused(
            "CL.TE behind a vertical tab",
            "Content-Length: 4\r\nTransfer-Encoding:\u{b}chunked",
            &goes_on,
        ),
        refused(
            "CL.TE behind a space before the colon",
            "Content-Length: 4\r\nTransfer-Encoding : chunked",
            &goes_on,
        ),
        refused("CL.TE behind an underscore", "Content-Length: 4\r\nTransfer_Encoding: chunked", &goes_on),
        refused(
            "CL.TE with a coding nobody knows",
            "Content-Length: 4\r\nTransfer-Encoding: xchunked",
            &goes_on,
        ),
        refused(
            "CL.TE with a second, false coding",
            "Content-Length: 4\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: cow",
            &goes_on,
        ),
    ]
}

/// TE.TE: chunks that only one of two servers finds.
fn codings() -> Vec<Case> {
    let chunks = format!("{:x}\r\n{SMUGGLED}\r\n0\r\n\r\n", SMUGGLED.len());
    let refused = |name, lines: &str| refused(name, lines, &chunks);
    vec![
        refused(
            "TE.TE: chunked twice in two lines",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        ),
        refused("TE.TE: chunked twice in one line", "Transfer-Encoding: chunked, chunked"),
        refused("TE.TE: identity before", "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked"),
        refused("TE.TE: identity behind", "Transfer-Encoding: chunked, identity"),
        refused("TE.TE: gzip before", "Transfer-Encoding: gzip, chunked"),
        refused("TE.TE: gzip alone", "Transfer-Encoding: gzip"),
        refused("TE.TE: in quotes", "Transfer-Encoding: \"chunked\""),
        refused("TE.TE: with a parameter", "Transfer-Encoding: chunked;q=1"),
        refused("TE.TE: with a NUL", "Transfer-Encoding: chunked\0"),
        refused("TE.TE: with a bare CR", "Transfer-Encoding: \rchunked"),
        refused("TE.TE: with nothing", "Transfer-Encoding:"),
        refused("TE.TE: a field name on two lines", "Transfer-Encoding\r\n: chunked"),
        Case {
            name: "TE in HTTP/1.0",
            sent: format!(
                "POST /case HTTP/1.0\r\nHost: clinic.example\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
            ),
            answers: &[400],
            reaches: NOTHING,
        },
        passed(
            "TE with a tab, in capitals",
            format!(
                "POST /case HTTP/1.1\r\nHost: clinic.example\r\nTransfer-Encoding:\tCHUNKED \r\n\r\n3\r\nabc\r\n0\r\n\r\n{SMUGGLED}"
            ),
            &[("POST", "/case", "abc")],
        ),
    ]
}

fn lengths() -> Vec<Case> {
    let refused = |name, lines: &str| refused(name, lines, &format!("abcde{SMUGGLED}"));
    vec![
        refused("two lengths", "Content-Length: 5\r\nContent-Length: 0"),
        refused("two equal lengths", "Content-Length: 5\r\nContent-Length: 5"),
        refused("a list of equal lengths", "Content-Length: 5, 5"),
        refused("a list of lengths", "Content-Length: 0, 5"),
        refused("a length with a plus", "Content-Length: +5"),
        refused("a length below nothing", "Content-Length: -1"),
        refused("a length in hexadecimal", "Content-Length: 0x5"),
        refused("a length of two words", "Content-Length: 5 0"),
        refused("a length with a point", "Content-Length: 5.0"),
        refused("a length without a value", "Content-Length:"),
        refused("a length beyond 64 bits", "Content-Length: 18446744073709551621"),
        refused("a length with a space before the colon", "Content-Length : 5"),
        refused("a length with an underscore", "Content_Length: 5"),
        refused("a length on a folded line", "Content-Length:\r\n 5"),
        passed(
            "a length with zeros before",
            "POST /case HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\nContent-Length: 0005\r\n\r\nabcde",
            &[("POST", "/case", "abcde")],
        ),
        passed(
            "a GET with a length",
            format!(
                "GET /case HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{SMUGGLED}",
                SMUGGLED.len()
            ),
            &[("GET", "/case", "GET /smuggled HTTP/1.1\r\nHost: clinic.example\r\n\r\n")],
        ),
        Case {
            name: "a body that ends before its length",
            sent: "POST /case HTTP/1.1\r\nHost: clinic.example\r\nContent-Length: 50\r\n\r\nabcde".into(),
            answers: &[408],
            reaches: NOTHING,
        },
    ]
}

fn lines() -> Vec<Case> {
    let refused = |name, lines: &str| refused(name, lines, SMUGGLED);
    vec![
        refused("a folded line", "X: a\r\n Content-Length: 5"),
        refused("a folded line with a tab", "X: a\r\n\tb"),
        refused("a bare CR in a value", "X: a\rContent-Length: 5"),
        refused("a bare LF as a line's end", "X: a\nContent-Length: 5"),
        refused("a CR too many", "X: a\r\r\nContent-Length: 5"),
        refused("a NUL in a value", "X: a\0b"),
        refused("a NUL in a name", "X\0: a"),
        refused("a control byte in a value", "X: a\u{1}b"),
        refused("DEL in a value", "X: a\u{7f}b"),
        refused("a space before the colon", "X : a"),
        refused("a name that begins with a space", " X: a"),
        refused("no name", ": a"),
        refused("no colon", "Content-Length 5"),
        refused("a name that is no token", "X(y): a"),
        refused("a name beyond ASCII", "X\u{e9}: a"),
        refused("Connection names Host", "Connection: close, Host"),
        refused("Connection names Content-Length", "Connection: close, Content-Length\r\nContent-Length: 0"),
        refused("Connection names X-Forwarded-For", "Connection: close, X-Forwarded-For"),
        Case {
            name: "101 fields",
            sent: format!("GET /case HTTP/1.1\r\nHost: clinic.example\r\n{}\r\n", "X: a\r\n".repeat(100)),
            answers: &[431],
            reaches: NOTHING,
        },
        Case {
            name: "a field of 40 KB",
            sent: format!("GET /case HTTP/1.1\r\nHost: clinic.example\r\nX: {}\r\n\r\n", "a".repeat(40_000)),
            answers: &[431],
            reaches: NOTHING,
        },
    ]
}

fn request_lines() -> Vec<Case> {
    let host = "Host: clinic.example";
    let line = |name, line: &str| refused_head(name, &format!("{line}\r\n{host}"));
    vec![
        line("two spaces behind the method", "GET  /case HTTP/1.1"),
        line("two spaces behind the target", "GET /case  HTTP/1.1"),
        line("a space behind the version", "GET /case HTTP/1.1 "),
        line("a space before the method", " GET /case HTTP/1.1"),
        line("tabs for spaces", "GET\t/case\tHTTP/1.1"),
        line("a second version", "GET /case HTTP/1.1 HTTP/1.1"),
        line("a version in small letters", "GET /case http/1.1"),
        line("HTTP/1.2", "GET /case HTTP/1.2"),
        line("HTTP/2.0", "GET /case HTTP/2.0"),
        line("HTTP/0.9 with a version", "GET /case HTTP/0.9"),
        refused_head("HTTP/0.9", "GET /case"),
        line("a method that is no token", "G(T /case HTTP/1.1"),
        line("a fragment", "GET /case#x HTTP/1.1"),
        line("a target beyond ASCII", "GET /caf\u{e9} HTTP/1.1"),
        line("a NUL in the target", "GET /case\0 HTTP/1.1"),
        line("a target without a slash", "GET case HTTP/1.1"),
        line("the target *", "GET * HTTP/1.1"),
        line("a bare CR in the request line", "GET /case\rHTTP/1.1"),
        line("absolute form for another host", "GET http://other.example/case HTTP/1.1"),
        line("absolute form with a user", "GET http://clinic.example@other.example/case HTTP/1.1"),
        line("absolute form of another scheme", "GET ftp://clinic.example/case HTTP/1.1"),
        line("an authority for a target", "GET clinic.example:80 HTTP/1.1"),
        refused_head("a head with bare LFs", "GET /case HTTP/1.1\nHost: clinic.example\n"),
        refused_head("two empty lines before", "\r\n\r\nGET /case HTTP/1.1\r\nHost: clinic.example"),
        refused_head("a bare LF before", "\nGET /case HTTP/1.1\r\nHost: clinic.example"),
        Case {
            name: "CONNECT",
            sent: format!("CONNECT clinic.example:80 HTTP/1.1\r\nHost: clinic.example:80\r\n\r\n{SMUGGLED}"),
            answers: &[405],
            reaches: NOTHING,
        },
        passed(
            "absolute form for this host",
            "GET http://clinic.example/case?x=1 HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\n\r\n",
            &[("GET", "/case?x=1", "")],
        ),
        passed(
            "an empty line before",
            "\r\nGET /case HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\n\r\n",
            &[("GET", "/case", "")],
        ),
        passed(
            "a path with dots, slashes and escapes",
            "GET /a/../b//%2e%2E/%20;x?q=%0d%0a HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\n\r\n",
            &[("GET", "/a/../b//%2e%2E/%20;x?q=%0d%0a", "")],
        ),
    ]
}

fn hosts() -> Vec<Case> {
    let host = |name, lines: &str| refused_head(name, &format!("GET /case HTTP/1.1\r\n{lines}"));
    vec![
        host("no Host", "X: a"),
        host("two Hosts", "Host: clinic.example\r\nHost: other.example"),
        host("two equal Hosts", "Host: clinic.example\r\nHost: clinic.example"),
        host("an empty Host", "Host:"),
        host("a Host with a path", "Host: clinic.example/x"),
        host("a Host with a user", "Host: other.example@clinic.example"),
        host("a list of Hosts", "Host: clinic.example, other.example"),
        host("a Host of two words", "Host: clinic.example other.example"),
        host("a Host with a port that is none", "Host: clinic.example:80x"),
        host("a Host with a space before the colon", "Host : clinic.example"),
        Case {
            name: "a Host that is not served here",
            sent: "GET /case HTTP/1.1\r\nHost: other.example\r\nConnection: close\r\n\r\n".into(),
            answers: &[421],
            reaches: NOTHING,
        },
    ]
}

fn chunks() -> Vec<Case> {
    let post = "POST /case HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n";
    let abc: &[(&str, &str, &str)] = &[("POST", "/case", "abc")];
    vec![
        passed("chunks", format!("{post}1\r\na\r\n02\r\nbc\r\n0\r\n\r\n{SMUGGLED}"), abc),
        passed("a chunk extension", format!("{post}3;a=b;c=\"d\"\r\nabc\r\n0;e\r\n\r\n"), abc),
        passed("trailers", format!("{post}3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n{SMUGGLED}"), abc),
        passed(
            "trailers that frame, name a host and an address",
            format!(
                "{post}3\r\nabc\r\n0\r\nContent-Length: 50\r\nHost: other.example\r\nX-Forwarded-For: 192.0.2.7\r\n\r\n"
            ),
            abc,
        ),
        refused_chunks("a huge chunk extension", format!("3;x={}\r\nabc\r\n0\r\n\r\n", "a".repeat(100_000))),
        refused_chunks(
            "many chunk extensions",
            format!("{}0\r\n\r\n", format!("1;{}\r\na\r\n", "a".repeat(1000)).repeat(100)),
        ),
        refused_chunks("huge trailers", format!("3\r\nabc\r\n0\r\nX: {}\r\n\r\n", "a".repeat(100_000))),
        refused_chunks("a bare LF in a chunk extension", format!("3;x\nabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a bare CR in a chunk extension", format!("3;x\ry\r\nabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk size with 0x", format!("0x3\r\nabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk size with a plus", format!("+3\r\nabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk size below nothing", format!("-3\r\nabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk size with an underscore", format!("0_3\r\nabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk size that is no number", format!("G\r\nabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk size without a number", format!("\r\nabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks(
            "a chunk size beyond 64 bits",
            format!("10000000000000003\r\nabc\r\n0\r\n\r\n{SMUGGLED}"),
        ),
        refused_chunks("a chunk size that ends with a bare LF", format!("3\nabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk size that ends with a bare CR", format!("3\rabc\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk longer than it says", format!("3\r\nabcd\r\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk that ends with a bare LF", format!("3\r\nabc\n0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a chunk that ends with other bytes", format!("3\r\nabcXX0\r\n\r\n{SMUGGLED}")),
        refused_chunks("a last chunk that ends with bare LFs", format!("3\r\nabc\r\n0\n\n{SMUGGLED}")),
    ]
}

/// Several requests, or what looks like them.
fn sequences() -> Vec<Case> {
    let upgrade = |to: &str| {
        format!(
            "GET /case HTTP/1.1\r\nHost: clinic.example\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: {to}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nSec-WebSocket-Version: 99\r\n\r\n"
        )
    };
    let last = "GET /last HTTP/1.1\r\nHost: clinic.example\r\nConnection: close\r\n\r\n";
    let both: &[(&str, &str, &str)] = &[("GET", "/case", ""), ("GET", "/last", "")];
    vec![
        passed(
            "two requests at once",
            format!("GET /case HTTP/1.1\r\nHost: clinic.example\r\n\r\n{last}"),
            both,
        ),
        passed(
            "a WebSocket that is not granted, and a request",
            format!("{}{last}", upgrade("websocket")),
            both,
        ),
        passed("h2c that is not granted, and a request", format!("{}{last}", upgrade("h2c")), both),
        Case {
            name: "h2c that is not granted, and HTTP/2 all the same",
            sent: format!("{}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", upgrade("h2c")),
            answers: &[200, 400],
            reaches: &[("GET", "/case", "")],
        },
        Case {
            name: "HTTP/2 with prior knowledge",
            sent: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(),
            answers: &[400],
            reaches: NOTHING,
        },
        Case {
            name: "a good request, then CL.TE",
            sent: format!(
                "GET /case HTTP/1.1\r\nHost: clinic.example\r\n\r\nPOST /next HTTP/1.1\r\nHost: clinic.example\r\n\
                 Content-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{SMUGGLED}"
            ),
            answers: &[200, 400],
            reaches: &[("GET", "/case", "")],
        },
    ]
}
