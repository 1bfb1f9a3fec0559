//! Large bodies pass through with bounded memory: the resident memory of the process is measured before and
//! during.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::io::{Read, Write};

use support::{Origin, Paravent, request};

const MIB: usize = 1024 * 1024;

/// Resident memory of a process, in bytes.
fn resident(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() * 1024
}

/// Reads a whole answer and gives its size and the most memory the process had meanwhile.
fn watch(paravent: &Paravent, path: &str) -> (usize, usize, Vec<u8>) {
    let mut stream = paravent.connect();
    stream.write_all(request("GET", path, &[], "").as_bytes()).unwrap();
    let mut piece = vec![0; 256 * 1024];
    let (mut size, mut most, mut tail) = (0, 0, Vec::new());
    let mut next = 0;
    loop {
        let got = stream.read(&mut piece).unwrap();
        if got == 0 {
            return (size, most, tail);
        }
        size += got;
        tail.extend_from_slice(&piece[..got]);
        let cut = tail.len().saturating_sub(64);
        tail.drain(..cut);
        if size >= next {
            most = most.max(resident(paravent.pid()));
            next = size + MIB;
        }
    }
}

#[test]
fn a_one_gib_download_streams_with_bounded_memory() {
    let origin = Origin::start_with(|_, stream| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
            1024 * MIB
        );
        let _ = stream.write_all(head.as_bytes());
        let piece = vec![7; MIB];
        for _ in 0..1024 {
            if stream.write_all(&piece).is_err() {
                return;
            }
        }
    });
    let paravent = Paravent::before(&origin);
    paravent.get("/_privacy/", &[]);
    let before = resident(paravent.pid());
    let (size, most, _) = watch(&paravent, "/download");
    println!("1 GiB download: resident {} MiB before, at most {} MiB during", before / MIB, most / MIB);
    assert!(size > 1024 * MIB);
    assert!(most < before + 16 * MIB, "{before} then {most}");
}

#[test]
fn a_five_mib_page_streams_with_bounded_memory() {
    let origin = Origin::start_with(|_, stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<!doctype html><html lang=fr><head></head><body>");
        let row = "<p class=ligne>Une clinique <a href=\"/services\">et ses services</a><img src=\"https://www.facebook.com/tr?id=1\"></p>\n";
        let piece = row.repeat(64 * 1024 / row.len());
        for _ in 0..100 {
            if stream.write_all(piece.as_bytes()).is_err() {
                return;
            }
        }
        let _ = stream.write_all(b"</body></html>");
    });
    let paravent = Paravent::before(&origin);
    paravent.get("/_privacy/", &[]);
    let before = resident(paravent.pid());
    let (size, most, tail) = watch(&paravent, "/long");
    println!("5 MiB page: resident {} MiB before, at most {} MiB during", before / MIB, most / MIB);
    assert!(size > 5 * MIB, "{size}");
    assert!(String::from_utf8_lossy(&tail).contains("</html>"), "{}", String::from_utf8_lossy(&tail));
    assert!(most < before + 16 * MIB, "{before} then {most}");
}
