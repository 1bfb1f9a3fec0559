//! A client that speaks HTTP/2 in single frames (RFC 9113), so that it can say what no library would.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::PATIENCE;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const PRIORITY: u8 = 2;
pub const RST_STREAM: u8 = 3;
pub const SETTINGS: u8 = 4;
pub const PUSH_PROMISE: u8 = 5;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const CONTINUATION: u8 = 9;

pub const END_STREAM: u8 = 1;
pub const ACK: u8 = 1;
pub const END_HEADERS: u8 = 4;

/// What became of a request, or of its connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Status(u16),
    /// The stream was reset.
    Reset,
    /// The connection was ended, with or without a word.
    Ended,
}

/// A frame that came.
#[derive(Clone, Debug)]
pub struct Frame {
    pub kind: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

pub struct Client {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

impl Client {
    /// After both sides' preface.
    pub fn connect(to: SocketAddr, certificate: &CertificateDer<'static>) -> Client {
        let tcp = TcpStream::connect(to).unwrap();
        tcp.set_nodelay(true).unwrap();
        tcp.set_read_timeout(Some(PATIENCE)).unwrap();
        Client::over(tcp, certificate).unwrap()
    }

    /// The same over a connection that is there.
    pub fn over(tcp: TcpStream, certificate: &CertificateDer<'static>) -> std::io::Result<Client> {
        let mut roots = RootCertStore::empty();
        roots.add(certificate.clone()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let mut config = config.unwrap().with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let name = ServerName::try_from("clinic.example").unwrap();
        let tls = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut client = Client { stream: StreamOwned::new(tls, tcp) };
        client.stream.write_all(PREFACE)?;
        client.send(SETTINGS, 0, 0, &[])?;
        Ok(client)
    }

    /// What is under TLS.
    pub fn socket(&self) -> &TcpStream {
        &self.stream.sock
    }

    pub fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(&frame(kind, flags, stream, payload))?;
        self.stream.flush()
    }

    /// Many frames at once.
    pub fn send_all(&mut self, frames: &[u8]) -> std::io::Result<()> {
        self.stream.write_all(frames)?;
        self.stream.flush()
    }

    /// A whole request without a body.
    pub fn ask(&mut self, stream: u32, fields: &[(&str, &str)]) -> Outcome {
        // One that was ended before it was sent has its reason still to be read.
        let _ = self.send(HEADERS, END_STREAM | END_HEADERS, stream, &block(fields));
        self.outcome(stream)
    }

    /// The next frame; none where the connection is closed.
    pub fn frame(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        self.read(&mut head)?;
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        self.read(&mut payload)?;
        let stream = u32::from_be_bytes([head[5] & 0x7F, head[6], head[7], head[8]]);
        Some(Frame { kind: head[3], stream, payload })
    }

    fn read(&mut self, bytes: &mut [u8]) -> Option<()> {
        use std::io::ErrorKind::{TimedOut, WouldBlock};
        let read = self.stream.read_exact(bytes);
        assert!(!matches!(&read, Err(e) if [TimedOut, WouldBlock].contains(&e.kind())), "nothing came");
        read.ok()
    }

    /// Reads until it is known what becomes of a stream.
    pub fn outcome(&mut self, stream: u32) -> Outcome {
        loop {
            match self.frame() {
                None => return Outcome::Ended,
                // The first of a graceful end says that it is none yet.
                Some(frame) if frame.kind == GOAWAY && frame.payload[4..8] != [0; 4] => {
                    return Outcome::Ended;
                }
                Some(frame) if frame.stream != stream => {}
                Some(frame) if frame.kind == RST_STREAM => return Outcome::Reset,
                Some(frame) if frame.kind == HEADERS => return Outcome::Status(status(&frame.payload)),
                Some(_) => {}
            }
        }
    }
}

/// One frame's bytes.
pub fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let [_, length @ ..] = u32::try_from(payload.len()).unwrap().to_be_bytes();
    [&length[..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A field block (RFC 7541, 6.2.2): each field written out, none remembered.
pub fn block(fields: &[(&str, &str)]) -> Vec<u8> {
    let mut block = Vec::new();
    for (name, value) in fields {
        block.push(0);
        string(&mut block, name);
        string(&mut block, value);
    }
    block
}

/// A field that the peer is to remember, which later ones may name by [`REMEMBERED`] alone.
pub fn remembered(name: &str, value: &str) -> Vec<u8> {
    let mut field = vec![0x40];
    string(&mut field, name);
    string(&mut field, value);
    field
}

/// The field remembered last: the first of the dynamic table.
pub const REMEMBERED: u8 = 0x80 | 62;

/// RFC 7541, 5.2, in the bytes of ISO-8859-1.
fn string(block: &mut Vec<u8>, text: &str) {
    let bytes: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let mut rest = bytes.len();
    if rest < 127 {
        block.push(rest as u8);
    } else {
        block.push(127);
        rest -= 127;
        while rest >= 128 {
            block.push((rest % 128) as u8 | 0x80);
            rest /= 128;
        }
        block.push(rest as u8);
    }
    block.extend(bytes);
}

/// `:status` is a response's first field: from the static table, or its digits in Huffman's code or plain.
fn status(block: &[u8]) -> u16 {
    // A server may begin with a change of the table's size.
    let block = &block[block.iter().position(|byte| byte & 0xE0 != 0x20).unwrap()..];
    match block[0] {
        0x88 => 200,
        0x89 => 204,
        0x8A => 206,
        0x8B => 304,
        0x8C => 400,
        0x8D => 404,
        0x8E => 500,
        _ => {
            let (is_huffman, length) = (block[1] & 0x80 != 0, usize::from(block[1] & 0x7F));
            let written = &block[2..2 + length];
            let digits =
                if is_huffman { digits(written) } else { String::from_utf8(written.to_vec()).unwrap() };
            digits.parse().unwrap()
        }
    }
}

/// Digits in Huffman's code (RFC 7541, appendix B): 0 to 2 in five bits, 3 to 9 in six.
fn digits(bytes: &[u8]) -> String {
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1)).collect();
    let number = |bits: &[u8]| bits.iter().fold(0, |sum, bit| sum * 2 + bit);
    let (mut rest, mut text) = (&bits[..], String::new());
    while rest.len() >= 5 {
        let five = number(&rest[..5]);
        let (digit, used) = match (five, rest.len()) {
            (0..=2, _) => (five, 5),
            (_, 6..) if (25..=31).contains(&number(&rest[..6])) => (number(&rest[..6]) - 22, 6),
            // What fills the last byte.
            _ => break,
        };
        text.push(char::from(b'0' + digit));
        rest = &rest[used..];
    }
    text
}
