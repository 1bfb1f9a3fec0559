//! A DNS server on loopback that knows a few CNAMEs and nothing else (RFC 1035).

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::thread;

/// Answers until the process ends.
pub struct Dns {
    pub address: SocketAddr,
}

impl Dns {
    /// A server with these names and what they are CNAMEs of.
    pub fn start(cnames: &[(&str, &str)]) -> Dns {
        let known: HashMap<String, String> =
            cnames.iter().map(|(name, target)| ((*name).to_owned(), (*target).to_owned())).collect();
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let address = socket.local_addr().expect("an address");
        thread::spawn(move || {
            let mut query = [0; 512];
            while let Ok((length, peer)) = socket.recv_from(&mut query) {
                if let Some(answer) = answer(&query[..length], &known) {
                    let _ = socket.send_to(&answer, peer);
                }
            }
        });
        Dns { address }
    }
}

fn answer(query: &[u8], known: &HashMap<String, String>) -> Option<Vec<u8>> {
    let (name, end) = question(query)?;
    let target = known.get(&name.to_ascii_lowercase());
    // The id; response, recursion desired and available; 1 question, an answer or none.
    let mut out = query.get(..2)?.to_vec();
    out.extend([0x81, 0x80, 0, 1, 0, u8::from(target.is_some()), 0, 0, 0, 0]);
    out.extend(query.get(12..end)?);
    if let Some(target) = target {
        let encoded = encoded(target);
        // The name of the question, CNAME, IN, 60 seconds.
        out.extend([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60]);
        out.extend(u16::try_from(encoded.len()).ok()?.to_be_bytes());
        out.extend(encoded);
    }
    Some(out)
}

/// The name that is asked for, and where the question ends.
fn question(query: &[u8]) -> Option<(String, usize)> {
    let (mut labels, mut at) = (Vec::new(), 12);
    loop {
        let length = usize::from(*query.get(at)?);
        at += 1;
        if length == 0 {
            return Some((labels.join("."), at + 4));
        }
        labels.push(String::from_utf8_lossy(query.get(at..at + length)?).into_owned());
        at += length;
    }
}

fn encoded(name: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for label in name.split('.') {
        out.push(u8::try_from(label.len()).expect("a short label"));
        out.extend(label.bytes());
    }
    out.push(0);
    out
}
