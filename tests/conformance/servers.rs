//! Servers that others wrote: nginx, Node and Python as origins that say how they read a request, nginx and HAProxy
//! as proxies to compare with. Each runs on a loopback port of its own and ends with the test.

use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Instant;

use serde_json::Value;

use crate::support::PATIENCE;

/// A process that ends when dropped.
struct Process(Child);

impl Process {
    fn start(program: &str, arguments: &[&str]) -> Process {
        let child = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        Process(
            child.unwrap_or_else(|e| panic!("{program} cannot be started: {e}; scripts/test installs it")),
        )
    }

    /// Until somebody listens at `address`.
    fn listening(mut self, address: SocketAddr) -> Process {
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(self.0.try_wait().unwrap().is_none(), "it ended before it listened");
            assert!(began.elapsed() < PATIENCE, "it never listened");
            thread::yield_now();
        }
        self
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// How a server read a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    pub method: String,
    pub target: String,
    pub host: String,
    /// `Content-Length` and `Transfer-Encoding`, empty where they were not sent.
    pub length: String,
    pub coding: String,
    pub body: String,
    /// Who asked.
    agent: String,
    /// It had a body that did not come to its end.
    broke_off: bool,
}

impl Reading {
    fn of(line: &Value) -> Reading {
        let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
        Reading {
            method: text("method"),
            target: text("target"),
            host: text("host"),
            length: text("length"),
            coding: text("coding"),
            body: text("body"),
            broke_off: line["status"] == "400" && !(text("length") + &text("coding")).is_empty(),
            agent: text("agent"),
        }
    }
}

/// An origin that says how it read each request.
pub struct Recorder {
    pub address: SocketAddr,
    lines: Receiver<Value>,
    _process: Process,
    _folder: tempfile::TempDir,
}

impl Recorder {
    pub fn node() -> Recorder {
        Recorder::told("node", &[&here("origins/node.mjs").display().to_string()])
    }

    pub fn python() -> Recorder {
        Recorder::told("python3", &[&here("origins/python.py").display().to_string()])
    }

    /// A server that says itself where it listens.
    fn told(program: &str, arguments: &[&str]) -> Recorder {
        let mut process = Process::start(program, arguments);
        let lines = lines(&mut process);
        let port = lines.recv_timeout(PATIENCE).expect("it listens")["port"].as_u64().unwrap();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, u16::try_from(port).unwrap()));
        Recorder { address, lines, _process: process, _folder: tempfile::tempdir().unwrap() }
    }

    pub fn nginx() -> Recorder {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
        let config = configured("origins/nginx.conf", folder.path(), address, None);
        let mut process = Process::start("nginx", &nginx_arguments(&config));
        let lines = lines(&mut process);
        Recorder { address, lines, _process: process.listening(address), _folder: folder }
    }

    /// All that visitors asked for, up to the request for `target`, which is left out.
    pub fn until(&self, target: &str) -> Vec<Reading> {
        let mut all = Vec::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let reading =
                Reading::of(&line.unwrap_or_else(|_| panic!("{target} was never asked for: {all:?}")));
            if reading.target == target {
                return all;
            }
            // Paravent's own survey of pages concerns no visitor. nginx tells of bodies that broke off, too.
            if !reading.agent.starts_with("Paravent/") && !reading.broke_off {
                all.push(reading);
            }
        }
    }
}

/// A proxy to compare with.
pub struct Proxy {
    pub address: SocketAddr,
    _process: Process,
    _folder: tempfile::TempDir,
}

impl Proxy {
    pub fn nginx(origin: &Recorder) -> Proxy {
        Proxy::start("nginx", "proxies/nginx.conf", origin, |config| {
            nginx_arguments(config).map(str::to_owned).to_vec()
        })
    }

    pub fn haproxy(origin: &Recorder) -> Proxy {
        Proxy::start("haproxy", "proxies/haproxy.cfg", origin, |config| {
            ["-db", "-f", config].map(str::to_owned).to_vec()
        })
    }

    fn start(
        program: &str,
        template: &str,
        origin: &Recorder,
        arguments: impl Fn(&str) -> Vec<String>,
    ) -> Proxy {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
        let config = configured(template, folder.path(), address, Some(origin.address));
        let arguments = arguments(&config);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let process = Process::start(program, &arguments).listening(address);
        Proxy { address, _process: process, _folder: folder }
    }
}

/// nginx with one file.
pub struct FileServer {
    pub address: SocketAddr,
    _process: Process,
    _folder: tempfile::TempDir,
}

impl FileServer {
    pub fn start() -> FileServer {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
        let config = configured("origins/files.conf", folder.path(), address, None);
        let files = folder.path().join("files");
        std::fs::create_dir(&files).unwrap();
        let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
        std::fs::write(files.join("report.pdf"), bytes).unwrap();
        let process = Process::start("nginx", &nginx_arguments(&config)).listening(address);
        FileServer { address, _process: process, _folder: folder }
    }
}

/// What a program says of its version.
pub fn version(program: &str, argument: &str) -> String {
    let output = Command::new(program).arg(argument).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    let number = said
        .split(|c: char| c.is_whitespace() || c == '/')
        .find(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    number.unwrap_or_else(|| panic!("no version: {said}")).to_owned()
}

/// Each line that a process prints.
fn lines(process: &mut Process) -> Receiver<Value> {
    let (sender, lines) = mpsc::channel();
    let output = BufReader::new(process.0.stdout.take().unwrap());
    thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            let _ = sender.send(serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}")));
        }
    });
    lines
}

fn nginx_arguments(config: &str) -> [&str; 4] {
    ["-e", "stderr", "-c", config]
}

/// A port that nobody listens at now.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// Fills in a config's ports and folder, and gives its path.
fn configured(template: &str, folder: &Path, address: SocketAddr, origin: Option<SocketAddr>) -> String {
    let text = std::fs::read_to_string(here(template)).unwrap();
    let origin = origin.map(|origin| origin.port().to_string()).unwrap_or_default();
    let text = text
        .replace("FOLDER", &folder.display().to_string())
        .replace("PORT", &address.port().to_string())
        .replace("ORIGIN", &origin);
    let file = folder.join("config");
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

pub fn here(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(file)
}
