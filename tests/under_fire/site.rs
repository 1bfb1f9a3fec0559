//! The origin: a page with a tracker, a picture, a large file, and a place for each thing that lasts. Its connections
//! are kept alive, and it keeps nothing of what it is asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;

use base64::Engine as _;

use crate::support::Origin;

/// Of `/large`, in bytes.
pub const LARGE: usize = 2 * 1024 * 1024;
/// Of `/events`.
pub const EVENTS: usize = 10;
/// What only a grant brings to the page.
pub const TRACKER: &str = "https://www.google-analytics.com/analytics.js";

pub fn start() -> Origin {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = move || {
                let mut reader = BufReader::new(stream);
                while answered(&mut reader).is_some() {}
            };
            // Thousands may wait at `/hang`.
            let _ = thread::Builder::new().stack_size(128 * 1024).spawn(serve);
        }
    });
    Origin::at(address)
}

/// Reads a request and answers it; none where the connection is over.
fn answered(reader: &mut BufReader<TcpStream>) -> Option<()> {
    let (mut target, mut length, mut chunked, mut key) = (String::new(), 0, false, String::new());
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        match &*name.to_ascii_lowercase() {
            "content-length" => length = value.parse().ok()?,
            "transfer-encoding" => chunked = true,
            "sec-websocket-key" => key = value.to_owned(),
            _ if target.is_empty() => target = line.split(' ').nth(1)?.to_owned(),
            _ => {}
        }
    }
    let size = if chunked { skip_chunks(reader)? } else { skip(reader, length)? };
    let stream = reader.get_mut();
    match target.split('?').next()? {
        "/" => send(stream, "text/html; charset=utf-8", page().as_bytes()),
        "/picture" => send(stream, "image/png", &[7; 16 * 1024]),
        "/large" => send(stream, "application/octet-stream", &vec![7; LARGE]),
        "/upload" => send(stream, "text/plain", size.to_string().as_bytes()),
        "/events" => events(stream),
        "/socket" => socket(stream, &key),
        "/hang" => stream.read(&mut [0]).ok().filter(|size| *size > 0).map(|_| ()),
        _ => stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").ok(),
    }
}

fn skip(reader: &mut impl Read, length: u64) -> Option<u64> {
    let size = std::io::copy(&mut reader.take(length), &mut std::io::sink()).ok()?;
    (size == length).then_some(size)
}

fn skip_chunks(reader: &mut impl BufRead) -> Option<u64> {
    let mut whole = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let size = u64::from_str_radix(line.trim_end(), 16).ok()?;
        skip(reader, size + 2)?;
        if size == 0 {
            return Some(whole);
        }
        whole += size;
    }
}

fn send(stream: &mut TcpStream, kind: &str, body: &[u8]) -> Option<()> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
    stream.write_all(&[head.as_bytes(), body].concat()).ok()
}

fn events(stream: &mut TcpStream) -> Option<()> {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
    stream.write_all(head.as_bytes()).ok()?;
    for at in 0..EVENTS {
        let event = format!("data: {at}\n\n");
        stream.write_all(format!("{:x}\r\n{event}\r\n", event.len()).as_bytes()).ok()?;
    }
    stream.write_all(b"0\r\n\r\n").ok()
}

/// Echoes until the other side ends.
fn socket(stream: &mut TcpStream, key: &str) -> Option<()> {
    let proof = format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    let sum = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, proof.as_bytes());
    let accept = base64::engine::general_purpose::STANDARD.encode(sum);
    let head = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n";
    stream.write_all(format!("{head}Sec-WebSocket-Accept: {accept}\r\n\r\n").as_bytes()).ok()?;
    let mut piece = [0; 4096];
    while let Ok(size @ 1..) = stream.read(&mut piece) {
        stream.write_all(&piece[..size]).ok()?;
    }
    None
}

/// Some 20 KB.
fn page() -> String {
    let row =
        "<p class=ligne>Une clinique <a href=\"/services\">et ses services</a> <img src=\"/picture\"></p>\n";
    format!(
        "<!doctype html><html lang=fr><head><title>Clinique</title><script async src=\"{TRACKER}\"></script>\
         </head><body>{}</body></html>",
        row.repeat(200)
    )
}
