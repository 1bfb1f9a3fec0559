//! A config that changes while visitors are served: taken whole or not at all, by signal or because a file
//! changed, and never at the cost of a request.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, HandshakeKind, StreamOwned};
use support::{Answer, Origin, PATIENCE, Paravent, ok, request_to, write_config};

const TAKEN: &str = "is in force";
const REFUSED: &str = "is not taken";
const PAGE: &str =
    "<!doctype html><html lang=en><head><title>Clinic</title></head><body>Clinic</body></html>";

/// How often the config is read again under load: in CI, or as `scripts/prove reloads` says.
fn rounds() -> usize {
    std::env::var("PARAVENT_RELOADS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20)
}

fn config(paravent: &Paravent) -> std::path::PathBuf {
    paravent.folder.path().join("paravent.toml")
}

fn change(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

/// A connection that is kept alive.
struct Kept<S>(S);

impl<S: Read + Write> Kept<S> {
    fn get(&mut self, host: &str) -> Answer {
        let asked = request_to(host, "GET", "/", &[], "").replace("Connection: close\r\n", "");
        self.0.write_all(asked.as_bytes()).unwrap();
        let (mut all, mut piece) = (Vec::new(), [0; 16 * 1024]);
        loop {
            let size = self.0.read(&mut piece).unwrap();
            assert_ne!(size, 0, "the connection broke: {}", String::from_utf8_lossy(&all));
            all.extend_from_slice(&piece[..size]);
            if all.windows(4).any(|end| end == b"\r\n\r\n") {
                let answer = Answer::parse(&all);
                if answer.complete {
                    return answer;
                }
            }
        }
    }
}

#[test]
fn a_signal_puts_a_new_config_in_force_on_open_connections_too() {
    let origin = Origin::page(PAGE);
    let paravent = Paravent::before(&origin);
    let mut kept = Kept(paravent.connect());
    assert!(kept.get("clinic.example").head.starts_with("HTTP/1.1 200"));
    assert_eq!(kept.get("new.example").status, 421);

    change(&config(&paravent), "\"clinic.example\", ", "\"clinic.example\", \"new.example\", ");
    paravent.signal("HUP");
    paravent.has_told(TAKEN, 1);
    assert_eq!(kept.get("new.example").status, 200);
    assert_eq!(kept.get("clinic.example").status, 200);

    change(&config(&paravent), "\"new.example\", ", "");
    paravent.signal("HUP");
    paravent.has_told(TAKEN, 2);
    assert_eq!(kept.get("new.example").status, 421);
}

#[test]
fn a_change_of_any_file_of_the_config_is_seen() {
    let origin = Origin::page(PAGE);
    let folder = support::folder_in_memory();
    write_config(folder.path(), &origin, "127.0.0.1:0", "tracker_lists = [\"own.txt\"]", "");
    change(&folder.path().join("paravent.toml"), "[server]", "include = [\"sites.d/*.toml\"]\n[server]");
    fs::write(folder.path().join("own.txt"), "||tracker.example^\n").unwrap();
    fs::create_dir(folder.path().join("sites.d")).unwrap();
    let paravent = Paravent::start(folder);
    let second = paravent.folder.path().join("sites.d/second.toml");
    let site = format!(
        "[[site]]\nhosts = [\"second.example\"]\norigin = [\"http://{}\"]\njurisdiction = \"strict\"\nlanguages = [\"fr\"]\n[site.contact]\ntitle = {{ fr = \"R\" }}\nemail = \"a@b.example\"\n",
        origin.address
    );
    let ask = |host: &str| paravent.raw(request_to(host, "GET", "/", &[], "")).status;
    assert_eq!(ask("second.example"), 421);
    fs::write(&second, &site).unwrap();
    paravent.has_told(TAKEN, 1);
    assert_eq!(ask("second.example"), 200);
    fs::write(&second, site.replace("second.example", "third.example")).unwrap();
    paravent.has_told(TAKEN, 2);
    assert_eq!((ask("second.example"), ask("third.example")), (421, 200));
    fs::write(paravent.folder.path().join("own.txt"), "||tracker.example^\n||other.example^\n").unwrap();
    paravent.has_told(TAKEN, 3);
}

#[test]
fn what_is_wrong_or_cannot_change_leaves_everything_as_it_was_and_says_why() {
    let origin = Origin::page(PAGE);
    let paravent = Paravent::before(&origin);
    let file = config(&paravent);
    let good = fs::read_to_string(&file).unwrap();
    let state = paravent.folder.path().join("state").display().to_string();
    let cases = [
        ("jurisdiction = \"quebec\"", "jurisdiction = \"atlantis\"", "atlantis"),
        ("origin = [", "orign = [", "orign"),
        ("listen = [\"127.0.0.1:0\"]", "listen = [\"127.0.0.2:0\"]", "server.listen cannot change"),
        ("admin_listen = \"127.0.0.1:0\"", "admin_listen = \"127.0.0.2:0\"", "server.admin_listen cannot"),
        (&format!("state_dir = \"{state}\""), "state_dir = \"/elsewhere\"", "server.state_dir cannot"),
    ];
    for (at, (from, to, why)) in cases.into_iter().enumerate() {
        fs::write(&file, &good).unwrap();
        // So that a host, too, would tell whether anything of it was taken.
        change(&file, "\"clinic.example\", ", "\"clinic.example\", \"new.example\", ");
        change(&file, from, to);
        paravent.signal("HUP");
        paravent.has_told(REFUSED, at + 1);
        paravent.has_told(why, 1);
        assert_eq!(paravent.raw(request_to("new.example", "GET", "/", &[], "")).status, 421, "{to}");
        assert_eq!(paravent.raw(request_to("clinic.example", "GET", "/", &[], "")).status, 200, "{to}");
    }
    let metrics = paravent.metrics();
    let refused = "paravent_config_reloads_total{outcome=\"refused\"} ";
    let line = metrics.lines().find(|line| line.starts_with(refused)).expect("a line");
    assert!(line[refused.len()..].parse::<u32>().unwrap() >= 5, "{line}");
}

/// A certificate for `clinic.example`, signed by itself.
fn write_certificate(folder: &Path) {
    let names = vec!["clinic.example".to_owned()];
    let made = rcgen::generate_simple_self_signed(names).unwrap();
    fs::write(folder.join("site.pem"), made.cert.pem()).unwrap();
    fs::write(folder.join("site.key"), made.signing_key.serialize_pem()).unwrap();
}

type OverTls = Kept<StreamOwned<ClientConnection, TcpStream>>;

/// A client that trusts only what `pem` holds, and remembers its sessions.
fn trusting(pem: &[u8]) -> Arc<ClientConfig> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    Arc::new(tls.with_root_certificates(roots).with_no_client_auth())
}

/// A new visitor's connection; `None` where the server shows something else than `pem`.
fn over_tls(to: SocketAddr, pem: &[u8]) -> Option<OverTls> {
    handshake(to, trusting(pem))
}

fn handshake(to: SocketAddr, tls: Arc<ClientConfig>) -> Option<OverTls> {
    let name = ServerName::try_from("clinic.example").unwrap();
    let session = ClientConnection::new(tls, name).unwrap();
    let socket = TcpStream::connect(to).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut stream = StreamOwned::new(session, socket);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock).ok()?;
    }
    Some(Kept(stream))
}

/// A Paravent with a certificate of its own, and where it speaks TLS.
fn with_tls() -> (Paravent, SocketAddr, Origin) {
    let folder = support::folder_in_memory();
    write_certificate(folder.path());
    let origin = Origin::page(PAGE);
    let own = |name: &str| folder.path().join(name).display().to_string();
    let server = "tls_listen = [\"127.0.0.1:0\"]";
    write_config(folder.path(), &origin, "127.0.0.1:0", server, "");
    let certificate =
        format!("\n[[server.certificate]]\ncert = \"{}\"\nkey = \"{}\"\n", own("site.pem"), own("site.key"));
    change(&folder.path().join("paravent.toml"), "\n[[site]]", &format!("{certificate}\n[[site]]"));
    let paravent = Paravent::start(folder);
    let told = paravent.has_told("admin on", 1);
    let https = told.lines().find_map(|line| line.strip_prefix("listening on https://")).unwrap();
    let https = https.trim_end_matches('/').parse().unwrap();
    (paravent, https, origin)
}

#[test]
fn a_visitor_who_comes_back_resumes_the_session_under_another_certificate_too() {
    let (paravent, https, _origin) = with_tls();
    let tls = trusting(&fs::read(paravent.folder.path().join("site.pem")).unwrap());
    let kind = || {
        let mut kept = handshake(https, tls.clone()).unwrap();
        assert_eq!(kept.get("clinic.example").status, 200);
        kept.0.conn.handshake_kind()
    };
    assert_eq!(kind(), Some(HandshakeKind::Full));
    assert_eq!(kind(), Some(HandshakeKind::Resumed));
    write_certificate(paravent.folder.path());
    paravent.signal("HUP");
    paravent.has_told(TAKEN, 1);
    assert_eq!(kind(), Some(HandshakeKind::Resumed));
}

#[test]
fn certificates_are_swapped_without_a_failed_request() {
    let (paravent, https, _origin) = with_tls();
    let pem = || fs::read(paravent.folder.path().join("site.pem")).unwrap();
    let over = Arc::new(AtomicBool::new(false));
    let mut kept = over_tls(https, &pem()).unwrap();
    let load = thread::spawn({
        let over = over.clone();
        move || {
            let mut answered = 0;
            while !over.load(Ordering::Relaxed) {
                assert_eq!(kept.get("clinic.example").status, 200);
                answered += 1;
            }
            answered
        }
    });
    let swaps = 20;
    for round in 1..=swaps {
        let before = pem();
        assert_eq!(over_tls(https, &before).unwrap().get("clinic.example").status, 200);
        write_certificate(paravent.folder.path());
        paravent.signal("HUP");
        paravent.has_told(TAKEN, round);
        assert!(over_tls(https, &before).is_none(), "the old one is gone, round {round}");
        assert_eq!(over_tls(https, &pem()).unwrap().get("clinic.example").status, 200);
    }
    over.store(true, Ordering::Relaxed);
    let answered: usize = load.join().expect("no request failed");
    println!("{swaps} certificates, {answered} requests on a connection that was there before, none failed");
    assert!(answered >= swaps);
    let good = pem();
    // A key that does not fit leaves the certificate in use.
    let key = paravent.folder.path().join("site.key");
    fs::write(&key, rcgen::KeyPair::generate().unwrap().serialize_pem()).unwrap();
    paravent.signal("HUP");
    paravent.has_told(REFUSED, 1);
    assert!(over_tls(https, &good).is_some());
}

#[test]
fn no_request_fails_while_the_config_is_read_again_and_again() {
    let origin = Origin::start(|_| ok("text/html; charset=utf-8", PAGE.as_bytes()));
    let paravent = Arc::new(Paravent::before(&origin));
    let (over, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = (0..4)
        .map(|at| {
            let (paravent, over, answered) = (paravent.clone(), over.clone(), answered.clone());
            thread::spawn(move || {
                let mut kept = Kept(paravent.connect());
                while !over.load(Ordering::Relaxed) {
                    let answer = match at % 2 {
                        0 => kept.get("clinic.example"),
                        _ => paravent.get("/", &[]),
                    };
                    assert!(answer.status == 200 && answer.complete, "{}", answer.head);
                    assert!(answer.body.ends_with(b"</html>"), "a whole page");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    for round in 1..=rounds() {
        let (from, to) =
            if round % 2 == 1 { ("localhost", "other.example") } else { ("other.example", "localhost") };
        change(
            &config(&paravent),
            &format!("\"clinic.example\", \"{from}\""),
            &format!("\"clinic.example\", \"{to}\""),
        );
        paravent.signal("HUP");
        paravent.has_told(TAKEN, round);
    }
    over.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().expect("no request failed");
    }
    println!("{} reloads, {} requests, none failed", rounds(), answered.load(Ordering::Relaxed));
    assert!(answered.load(Ordering::Relaxed) >= rounds());
}
