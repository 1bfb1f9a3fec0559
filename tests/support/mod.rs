//! A Paravent process, an origin that does as it is told, and a client that speaks raw HTTP/1.1.
//! Everything is on loopback and on ports the system gives.

#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// How long anything may take before a test calls it hung.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// An origin whose answers a test writes byte by byte. It keeps every request it gets.
pub struct Origin {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// A request as the origin got it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Request line and fields, as bytes on the wire turned to text.
    pub head: String,
    pub body: Vec<u8>,
}

impl Seen {
    /// The request's target.
    pub fn target(&self) -> &str {
        self.head.split(' ').nth(1).unwrap()
    }

    /// The values of a field, joined.
    pub fn field(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self
            .head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(':'))
            .filter(|(field, _)| field.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

impl Origin {
    /// An origin that answers each request with the bytes `answer` gives, then closes.
    pub fn start(answer: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> Origin {
        Origin::start_with(move |seen, stream| {
            let _ = stream.write_all(&answer(seen));
        })
    }

    /// An origin that is given the connection after each request's head and body.
    pub fn start_with(serve: impl Fn(&Seen, &mut TcpStream) + Send + Sync + 'static) -> Origin {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, serve) = (Arc::clone(&seen), Arc::new(serve));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, serve) = (Arc::clone(&log), Arc::clone(&serve));
                thread::spawn(move || {
                    let mut stream = stream;
                    let Some(request) = read_request(&mut stream) else { return };
                    // Paravent's own survey of pages concerns no visitor.
                    if request.field("user-agent").is_some_and(|agent| agent.starts_with("Paravent/")) {
                        let _ = stream.write_all(&answer("404 Not Found", &[], b""));
                        return;
                    }
                    log.lock().unwrap().push(request.clone());
                    serve(&request, &mut stream);
                });
            }
        });
        Origin { address, seen }
    }

    /// An origin that answers everything with this page.
    pub fn page(html: &'static str) -> Origin {
        Origin::start(move |_| ok("text/html; charset=utf-8", html.as_bytes()))
    }

    /// An origin whose connections the test takes itself.
    pub fn by_hand() -> (Origin, TcpListener) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        (Origin { address: listener.local_addr().unwrap(), seen: Arc::default() }, listener)
    }

    /// An origin that nobody listens for any more.
    pub fn away() -> Origin {
        Origin::at(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap())
    }

    /// One that somebody else runs.
    pub fn at(address: SocketAddr) -> Origin {
        Origin { address, seen: Arc::default() }
    }

    /// What was asked so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The last request.
    pub fn last(&self) -> Seen {
        self.seen().last().cloned().expect("the origin was asked")
    }
}

/// A request off the wire; `None` where the connection ended before one came.
pub fn read_request(stream: &mut TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    loop {
        let mut line = Vec::new();
        if reader.read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        if line == b"\r\n" {
            break;
        }
        head.push_str(&String::from_utf8_lossy(&line));
    }
    let mut seen = Seen { head, body: Vec::new() };
    if let Some(length) = seen.field("content-length") {
        let mut body = vec![0; length.parse().unwrap()];
        reader.read_exact(&mut body).ok()?;
        seen.body = body;
    } else if seen.field("transfer-encoding").is_some() {
        seen.body = read_chunks(&mut reader)?;
    }
    Some(seen)
}

fn read_chunks(reader: &mut impl BufRead) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let size = usize::from_str_radix(line.trim().split(';').next()?, 16).ok()?;
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(&chunk[..size]);
    }
}

/// A 200 with a length.
pub fn ok(content_type: &str, body: &[u8]) -> Vec<u8> {
    answer("200 OK", &[("Content-Type", content_type)], body)
}

/// An answer with a length.
pub fn answer(status: &str, fields: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut out = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for (name, value) in fields {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    out.push_str("\r\n");
    let mut out = out.into_bytes();
    out.extend_from_slice(body);
    out
}

/// A running Paravent, stopped when dropped.
pub struct Paravent {
    pub address: SocketAddr,
    /// The admin listener's.
    pub admin: SocketAddr,
    /// Where it speaks TLS, if the config says that it does.
    pub https: Option<SocketAddr>,
    pub folder: tempfile::TempDir,
    child: Child,
    output: Arc<(Mutex<String>, Condvar)>,
}

impl Paravent {
    /// In front of `origin` as `clinic.example`, with Google Analytics, Meta and nothing else on offer.
    pub fn before(origin: &Origin) -> Paravent {
        Paravent::with(origin, "", "")
    }

    /// The same, with lines added to `[server]` and to `[[site]]`.
    pub fn with(origin: &Origin, server: &str, site: &str) -> Paravent {
        Paravent::listening(origin, "127.0.0.1:0", server, site)
    }

    /// The same, listening elsewhere.
    pub fn listening(origin: &Origin, listen: &str, server: &str, site: &str) -> Paravent {
        let folder = folder_in_memory();
        write_config(folder.path(), origin, listen, server, site);
        Paravent::start(folder)
    }

    /// With the `paravent.toml` in this folder.
    pub fn start(folder: tempfile::TempDir) -> Paravent {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paravent"));
        command.arg("serve").arg("--config").arg(folder.path().join("paravent.toml"));
        Paravent::start_as(command, folder)
    }

    /// By a command of the test's own.
    pub fn start_as(mut command: Command, folder: tempfile::TempDir) -> Paravent {
        let mut child = command
            .env("PARAVENT_LOG", "trace")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = Arc::new((Mutex::new(String::new()), Condvar::new()));
        let https = Arc::new(Mutex::new(None));
        let secure = Arc::clone(&https);
        let (addresses, address) = std::sync::mpsc::channel();
        let stdout = child.stdout.take().unwrap();
        let stderr = child.stderr.take().unwrap();
        let log = Arc::clone(&output);
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some(rest) = line.strip_prefix("listening on https://") {
                    *secure.lock().unwrap() = Some(rest.trim_end_matches('/').parse::<SocketAddr>().unwrap());
                }
                let places = ["listening on http://", "admin on http://"];
                if let Some(rest) = places.iter().find_map(|place| line.strip_prefix(place)) {
                    let _ = addresses.send(rest.trim_end_matches('/').parse::<SocketAddr>().unwrap());
                }
                note(&log, &line);
            }
        });
        let log = Arc::clone(&output);
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                note(&log, &line);
            }
        });
        let told = || {
            let told = address.recv_timeout(PATIENCE);
            told.unwrap_or_else(|_| panic!("paravent did not start:\n{}", output.0.lock().unwrap()))
        };
        let (address, admin) = (told(), told());
        // It is told before the admin listener is.
        let https = *https.lock().unwrap();
        Paravent { address, admin, https, folder, child, output }
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal by its name: `HUP`.
    pub fn signal(&self, name: &str) {
        Command::new("kill").args([&format!("-{name}"), &self.pid().to_string()]).status().unwrap();
    }

    /// Waits until `text` was printed `times` times, and gives all that was printed.
    pub fn has_told(&self, text: &str, times: usize) -> String {
        let (told, news) = &*self.output;
        let waits = |told: &mut String| told.matches(text).count() < times;
        let (told, late) = news.wait_timeout_while(told.lock().unwrap(), PATIENCE, waits).unwrap();
        assert!(!late.timed_out(), "not {times} times {text:?} in\n{told}");
        told.clone()
    }

    /// Sends `request` as it is and reads until the server closes.
    pub fn raw(&self, request: impl AsRef<[u8]>) -> Answer {
        self.raw_from(None, request)
    }

    /// The same from another loopback address.
    pub fn raw_from(&self, from: Option<IpAddr>, request: impl AsRef<[u8]>) -> Answer {
        let mut stream = connect_from(from, self.address);
        stream.write_all(request.as_ref()).unwrap();
        Answer::read(&mut stream)
    }

    pub fn connect(&self) -> TcpStream {
        connect_from(None, self.address)
    }

    /// A GET as a browser's navigation, with more fields.
    pub fn get(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.raw(request("GET", path, fields, ""))
    }

    /// What the operator's monitoring is told.
    pub fn metrics(&self) -> String {
        metrics(self.admin, self.folder.path())
    }

    /// Stops the process as an operator would and gives all it printed.
    pub fn stop(mut self) -> (String, tempfile::TempDir) {
        let pid = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        self.child.wait().unwrap();
        let output = self.output.0.lock().unwrap().clone();
        let folder = std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap());
        (output, folder)
    }
}

fn note(output: &(Mutex<String>, Condvar), line: &str) {
    output.0.lock().unwrap().push_str(&format!("{line}\n"));
    output.1.notify_all();
}

impl Drop for Paravent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What monitoring is told by the admin listener of a server whose folder this is.
pub fn metrics(admin: SocketAddr, folder: &Path) -> String {
    let token = std::fs::read_to_string(folder.join("state/metrics-token")).unwrap();
    let bearer = format!("Bearer {}", token.trim());
    exchange(admin, &request_to("localhost", "GET", "/metrics", &[("Authorization", &bearer)], "")).text()
}

/// A folder on a file system in memory: whoever runs the tests has no swap, or the checkpoint's own tests
/// would say so.
pub fn folder_in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").unwrap()
}

/// Writes `paravent.toml` for `clinic.example` in front of `origin`, with its state and its checkpoint
/// below `folder`.
pub fn write_config(folder: &Path, origin: &Origin, listen: &str, server: &str, site: &str) -> PathBuf {
    let config = format!(
        r#"[server]
listen = ["{listen}"]
admin_listen = "127.0.0.1:0"
state_dir = "{state}"
{server}

[server.usage]
checkpoint_dir = "{checkpoint}"

[[site]]
hosts = ["clinic.example", "localhost"]
origin = ["http://{origin}"]
jurisdiction = "quebec"
languages = ["fr", "en"]
sensitive_paths = ["/rendez-vous/**"]
{site}

[site.contact]
title = {{ fr = "Responsable de la protection des renseignements personnels", en = "Privacy officer" }}
email = "vieprivee@clinic.example"

[[site.vendor]]
id = "google-analytics"

[[site.vendor]]
id = "meta-pixel"
"#,
        state = folder.join("state").display(),
        checkpoint = folder.join("checkpoint").display(),
        origin = origin.address,
    );
    let file = folder.join("paravent.toml");
    std::fs::write(&file, config).unwrap();
    file
}

/// A request to `clinic.example` that asks for the connection to be closed.
pub fn request(method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> String {
    request_to("clinic.example", method, path, fields, body)
}

/// The same to another host.
pub fn request_to(host: &str, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> String {
    let mut out = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    if !fields.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
        out.push_str("Accept: text/html,*/*;q=0.8\r\n");
    }
    for (name, value) in fields {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        out.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    out + "\r\n" + body
}

/// Sends a request as it is and reads until the server closes.
pub fn exchange(address: SocketAddr, request: &str) -> Answer {
    exchange_from(None, address, request)
}

/// The same from another loopback address.
pub fn exchange_from(from: Option<IpAddr>, address: SocketAddr, request: &str) -> Answer {
    let mut stream = connect_from(from, address);
    // A server that has read enough may close before the end.
    let _ = stream.write_all(request.as_bytes());
    Answer::read(&mut stream)
}

fn connect_from(from: Option<IpAddr>, address: SocketAddr) -> TcpStream {
    let stream = match from {
        None => TcpStream::connect(address).unwrap(),
        Some(ip) => {
            let kind = socket2::Domain::for_address(address);
            let socket = socket2::Socket::new(kind, socket2::Type::STREAM, None).unwrap();
            socket.bind(&SocketAddr::new(ip, 0).into()).unwrap();
            socket.connect(&address.into()).unwrap();
            socket.into()
        }
    };
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
    /// Whether the body ended as its framing says.
    pub complete: bool,
}

impl Answer {
    fn read(stream: &mut TcpStream) -> Answer {
        let mut all = Vec::new();
        // A connection that is reset still leaves what was read before.
        let mut piece = [0; 65536];
        while let Ok(size @ 1..) = stream.read(&mut piece) {
            all.extend_from_slice(&piece[..size]);
        }
        Answer::parse(&all)
    }

    /// Reads one answer out of all the bytes of a connection.
    pub fn parse(all: &[u8]) -> Answer {
        let end =
            find(all, b"\r\n\r\n").unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(all)));
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let rest = &all[end + 4..];
        let mut answer = Answer { status, head, body: Vec::new(), complete: true };
        if answer.field("transfer-encoding").is_some() {
            let mut reader = rest;
            match read_chunks(&mut reader) {
                Some(body) => answer.body = body,
                None => (answer.body, answer.complete) = (rest.to_vec(), false),
            }
        } else {
            let length = answer.field("content-length").map(|length| length.parse::<usize>().unwrap());
            answer.complete = length.is_none_or(|length| rest.len() >= length);
            answer.body = rest.to_vec();
        }
        answer
    }

    pub fn field(&self, name: &str) -> Option<String> {
        Seen { head: self.head.clone(), body: Vec::new() }.field(name)
    }

    /// Every value of a field that may come several times.
    pub fn fields(&self, name: &str) -> Vec<String> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim().to_owned()).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// Every file below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}
