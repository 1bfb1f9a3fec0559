//! In: what has arrived of a head that was refused. Out: the head that hyper reads in its place. Of what was
//! refused it holds the languages alone, so that the answer can be read by whom it is for.

const BEGIN: &[u8] = b"GET / HTTP/1.1\r\nHost: refused.invalid\r\nConnection: close\r\n";
const LANGUAGES: &[u8] = b"accept-language";
/// No browser's list is longer.
const LONGEST: usize = 200;

/// A whole head. Its answer goes out in its turn, after those to the requests before it, and ends the connection.
pub fn of(arrived: &[u8]) -> Vec<u8> {
    let mut head = BEGIN.to_vec();
    if let Some(languages) = languages(arrived) {
        head.extend_from_slice(b"Accept-Language: ");
        head.extend_from_slice(languages);
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// The first list of languages in the head that holds nothing else.
fn languages(arrived: &[u8]) -> Option<&[u8]> {
    let lines = arrived.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut head = lines.skip_while(|line| line.is_empty()).take_while(|line| !line.is_empty());
    head.find_map(|line| {
        let (name, value) = line.split_at_checked(LANGUAGES.len())?;
        let value = value.strip_prefix(b":")?.trim_ascii();
        let is_list = value.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-,;=.* ".contains(byte));
        (name.eq_ignore_ascii_case(LANGUAGES) && is_list && value.len() <= LONGEST).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(arrived: &str) -> String {
        let head = String::from_utf8(of(arrived.as_bytes())).unwrap();
        let begun = head.strip_prefix(std::str::from_utf8(BEGIN).unwrap()).unwrap();
        begun.strip_suffix("\r\n").unwrap().to_owned()
    }

    #[test]
    fn only_languages_are_taken_over() {
        let head = "\r\nGET / HTTP/1.1\r\nX : y\r\nCookie: a=b\r\naccept-LANGUAGE:  ar, en;q=0.5\r\n\r\n";
        assert_eq!(said(head), "Accept-Language: ar, en;q=0.5\r\n");
        let long = format!("GET / HTTP/1.1\r\nAccept-Language: {}\r\n\r\n", "a".repeat(201));
        for none in [
            "",
            "GET / HTTP/1.1\r\nAccept-Language: en\r\u{0}X: y\r\n\r\n",
            "GET / HTTP/1.1\r\nAccept-Language: en\"\r\n\r\n",
            "GET / HTTP/1.1\r\nAccept-Language : en\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\nAccept-Language: en\r\n\r\n",
            &long,
        ] {
            assert_eq!(said(none), "", "{none:?}");
        }
    }
}
