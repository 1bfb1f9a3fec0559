//! Several origins, and how they fail: who is asked, who is left out, what is sent a second time, and what the
//! visitor notices of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail by panicking")]

mod support;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use support::{
    Origin, PATIENCE, Paravent, Seen, exchange, folder_in_memory, read_request, request, request_to,
    write_config,
};

const EJECTED: &str = "an origin failed several times in a row and is left out";
const DOWN: &str = "an origin's health checks fail";
const UP: &str = "an origin's health checks succeed";

/// An origin that keeps its connections, unlike the one that most tests use.
struct Keeper {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// What becomes of a connection after a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Then {
    Keep,
    Close,
}
use Then::{Close, Keep};

impl Keeper {
    /// `serve` is given each request, which of its connection it is, and the connection. Paravent's survey of
    /// pages gets none of them.
    fn start(serve: impl Fn(&Seen, usize, &mut TcpStream) -> Then + Send + Sync + 'static) -> Keeper {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, serve) = (Arc::new(Mutex::new(Vec::new())), Arc::new(serve));
        let log = Arc::clone(&seen);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (log, serve) = (Arc::clone(&log), Arc::clone(&serve));
                thread::spawn(move || {
                    let mut nth = 0;
                    while let Some(asked) = read_request(&mut stream) {
                        if asked.field("user-agent").is_some_and(|agent| agent.contains("(list of pages)")) {
                            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
                            continue;
                        }
                        nth += 1;
                        log.lock().unwrap().push(asked.clone());
                        if serve(&asked, nth, &mut stream) == Close {
                            return;
                        }
                    }
                });
            }
        });
        Keeper { address, seen }
    }

    /// One that says its name, always.
    fn named(name: &'static str) -> Keeper {
        Keeper::start(move |_, _, stream| says(stream, name))
    }

    /// How many requests for `target` it has seen.
    fn count(&self, target: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| seen.target() == target).count()
    }
}

/// A good answer on a connection that is kept.
fn says(stream: &mut TcpStream, text: &str) -> Then {
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n", text.len());
    match stream.write_all(format!("{head}{text}").as_bytes()) {
        Ok(()) => Keep,
        Err(_) => Close,
    }
}

/// Where nobody listens any more.
fn nobody() -> SocketAddr {
    Origin::away().address
}

/// Paravent in front of these origins.
fn before(origins: &[SocketAddr], server: &str, site: &str) -> Paravent {
    let folder = folder_in_memory();
    let file = write_config(folder.path(), &Origin::at(origins[0]), "127.0.0.1:0", server, site);
    let all: Vec<String> = origins.iter().map(|origin| format!("\"http://{origin}\"")).collect();
    change(&file, &all[0], &all.join(", "));
    Paravent::start(folder)
}

fn change(file: &std::path::Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{from} in {text}");
    std::fs::write(file, text.replace(from, to)).unwrap();
}

/// Whether monitoring is told that a figure of this origin has this value.
fn is_told(paravent: &Paravent, figure: &str, origin: SocketAddr, more: &str, value: &str) {
    let told = paravent.metrics();
    let line =
        format!("paravent_{figure}{{site=\"clinic.example\",origin=\"http://{origin}\"{more}}} {value}\n");
    assert!(told.contains(&line), "{line} in\n{told}");
}

/// An origin that closes a connection without a word when `/asked…` comes on it as a further request, and the
/// targets it did that to.
fn closes_when_asked_again(also_on_new: &'static str) -> (Keeper, Arc<Mutex<Vec<String>>>) {
    let hung_up = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&hung_up);
    let keeper = Keeper::start(move |asked, nth, stream| {
        if asked.target().starts_with("/asked") && nth > 1 {
            told.lock().unwrap().push(asked.target().to_owned());
            return Close;
        }
        if asked.target().starts_with(also_on_new) { Close } else { says(stream, "fine") }
    });
    (keeper, hung_up)
}

/// Sends requests until one comes to the origin on a connection that it then closes without a word. Gives the
/// answer to that one, and how often the origin was asked for it.
fn on_a_stale_connection(
    paravent: &Paravent,
    (origin, hung_up): &(Keeper, Arc<Mutex<Vec<String>>>),
    method: &str,
    body: &str,
) -> (u16, usize) {
    for round in 0..200 {
        let path = format!("/asked/{method}/{}/{round}", body.len());
        assert_eq!(paravent.get("/first", &[]).status, 200);
        let got = paravent.raw(request(method, &path, &[("Accept-Language", "en")], body));
        if hung_up.lock().unwrap().contains(&path) {
            return (got.status, origin.count(&path));
        }
        assert_eq!(got.status, 200, "{method} on a new connection");
    }
    panic!("no connection was used twice");
}

#[test]
fn what_meets_a_stale_connection_is_sent_once_more_if_it_may_be() {
    let origin = closes_when_asked_again("/never");
    let paravent = before(&[origin.0.address], "", "");
    for (method, body, outcome) in [
        ("GET", "", (200, 2)),
        ("HEAD", "", (200, 2)),
        ("DELETE", "", (200, 2)),
        // It may have been received.
        ("POST", "", (502, 1)),
        ("POST", "symptom=1", (502, 1)),
        ("PATCH", "", (502, 1)),
        // It might be sent twice, but what was taken of it is gone.
        ("PUT", "symptom=1", (502, 1)),
    ] {
        assert_eq!(on_a_stale_connection(&paravent, &origin, method, body), outcome, "{method} {body:?}");
    }
    is_told(&paravent, "origin_retries_total", origin.0.address, "", "3");
    // Connections that were closed between two requests are nobody's failure.
    is_told(&paravent, "origin_failures_total", origin.0.address, "", "0");
    is_told(&paravent, "origin_state", origin.0.address, ",state=\"up\"", "1");
}

#[test]
fn nothing_is_sent_a_third_time() {
    let origin = closes_when_asked_again("/asked");
    // Where the first connection for it is new, it fails at once; that is no case of this.
    let paravent = before(&[origin.0.address], "", "health = { eject_after = 100 }");
    for round in 0..200 {
        let path = format!("/asked/{round}");
        assert_eq!(paravent.get("/first", &[]).status, 200);
        assert_eq!(paravent.get(&path, &[]).status, 502);
        if origin.1.lock().unwrap().contains(&path) {
            assert_eq!(origin.0.count(&path), 2);
            return;
        }
        assert_eq!(origin.0.count(&path), 1);
    }
    panic!("no connection was used twice");
}

#[test]
fn an_origin_that_refuses_connections_costs_visitors_nothing_and_is_left_out() {
    let (gone, well) = (nobody(), Keeper::named("well"));
    let paravent = before(&[gone, well.address], "", "");
    for round in 0..20 {
        let path = format!("/post/{round}");
        let got = paravent.raw(request("POST", &path, &[], "symptom=1"));
        assert_eq!((got.status, got.text().as_str()), (200, "well"), "{}", got.head);
        assert_eq!(well.count(&path), 1);
    }
    assert!(well.seen.lock().unwrap().iter().all(|seen| seen.body == b"symptom=1"));
    paravent.has_told(EJECTED, 1);
    is_told(&paravent, "origin_state", gone, ",state=\"ejected\"", "1");
    is_told(&paravent, "origin_failures_total", gone, "", "3");
    is_told(&paravent, "origin_ejections_total", gone, "", "1");
    is_told(&paravent, "origin_retries_total", gone, "", "3");
    is_told(&paravent, "origin_state", well.address, ",state=\"up\"", "1");
    is_told(&paravent, "origin_in_flight", well.address, "", "0");
}

#[test]
fn an_origin_that_hangs_or_breaks_off_is_left_out_and_no_request_of_it_is_repeated() {
    for (hangs, status) in [(false, 502), (true, 504)] {
        let bad = Keeper::start(move |_, _, stream| {
            // Until the proxy gives up.
            while hangs && matches!(stream.read(&mut [0]), Ok(1..)) {}
            Close
        });
        let well = Keeper::named("well");
        let both = [bad.address, well.address];
        let paravent = before(&both, "timeouts = { first_byte = 1 }", "health = { eject_after = 2 }");
        let given: Vec<u16> = (0..10).map(|round| paravent.get(&format!("/{round}"), &[]).status).collect();
        assert_eq!(given, [status, 200, status, 200, 200, 200, 200, 200, 200, 200]);
        paravent.has_told(EJECTED, 1);
        let asked = [&bad, &well].map(|origin| origin.seen.lock().unwrap().len());
        assert_eq!(asked, [2, 8]);
    }
}

#[test]
fn where_every_origin_is_left_out_all_are_asked() {
    let refuses = Arc::new(AtomicBool::new(true));
    let flaky = || {
        let refuses = Arc::clone(&refuses);
        Keeper::start(
            move |_, _, stream| if refuses.load(Ordering::SeqCst) { Close } else { says(stream, "back") },
        )
    };
    let (one, other) = (flaky(), flaky());
    let paravent = before(&[one.address, other.address], "", "health = { eject_after = 1, eject = 300 }");
    for _ in 0..2 {
        let got = paravent.get("/", &[("Accept-Language", "en")]);
        assert_eq!(got.status, 502);
        assert!(got.text().contains("telephone the clinic"), "{}", got.text());
    }
    paravent.has_told(EJECTED, 2);
    let ready = || exchange(paravent.admin, &request_to("localhost", "GET", "/readyz", &[], "")).text();
    assert!(ready().starts_with("ok\norigins: a site has none that is well"), "{}", ready());
    refuses.store(false, Ordering::SeqCst);
    for _ in 0..2 {
        assert_eq!(paravent.get("/", &[]).text(), "back");
    }
    // Whoever answers is left out no longer.
    paravent.has_told("an origin that was left out answers again", 1);
    assert_eq!(ready(), "ok\n");
}

#[test]
fn checks_take_an_origin_out_and_bring_it_back_and_hold_nothing_of_a_visitor() {
    let well = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&well);
    let checked = Keeper::start(move |asked, _, stream| {
        if asked.target() != "/health?deep" || told.load(Ordering::SeqCst) {
            return says(stream, "checked");
        }
        let _ = stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
        Keep
    });
    let other = Keeper::named("other");
    let rules = "health = { path = \"/health?deep\", interval = 1, rise = 1, fall = 1 }";
    let paravent = before(&[checked.address, other.address], "", rules);
    let ask = || paravent.get("/page", &[("Cookie", "session=1"), ("X-Forwarded-For", "192.0.2.7")]).text();
    paravent.has_told(DOWN, 1);
    for _ in 0..6 {
        assert_eq!(ask(), "other");
    }
    is_told(&paravent, "origin_state", checked.address, ",state=\"down\"", "1");
    well.store(true, Ordering::SeqCst);
    paravent.has_told(UP, 1);
    let mut both = [ask(), ask()];
    both.sort();
    assert_eq!(both, ["checked", "other"]);
    let seen = checked.seen.lock().unwrap().clone();
    let check = seen.iter().find(|seen| seen.target() == "/health?deep").unwrap();
    let mut fields: Vec<_> = check.head.lines().skip(1).map(str::to_ascii_lowercase).collect();
    fields.sort();
    let agent = concat!("user-agent: paravent/", env!("CARGO_PKG_VERSION"), " (health check)");
    assert_eq!(fields, ["accept: */*", "host: clinic.example", agent, "x-forwarded-proto: https"]);
}

#[test]
fn while_every_check_fails_visitors_are_served_as_well_as_can_be() {
    let unwell = || {
        Keeper::start(
            |asked, _, stream| {
                if asked.target() == "/health" { Close } else { says(stream, "served") }
            },
        )
    };
    let (one, other) = (unwell(), unwell());
    let rules = "health = { path = \"/health\", interval = 1, fall = 1 }";
    let paravent = before(&[one.address, other.address], "", rules);
    paravent.has_told(DOWN, 2);
    for _ in 0..4 {
        assert_eq!(paravent.get("/page", &[]).text(), "served");
    }
    assert_eq!([one.count("/page"), other.count("/page")], [2, 2]);
}

#[test]
fn the_origin_with_the_fewest_answers_under_way_is_asked() {
    let (go_on, waits) = mpsc::channel::<()>();
    let waits = Mutex::new(waits);
    let busy = Keeper::start(move |asked, _, stream| {
        if asked.target() != "/events" {
            return says(stream, "busy");
        }
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 14\r\n\r\n";
        let _ = stream.write_all(format!("{head}data: 1").as_bytes());
        let _ = waits.lock().unwrap().recv_timeout(PATIENCE);
        let _ = stream.write_all(b"\ndata:2");
        Keep
    });
    let idle = Keeper::named("idle");
    let paravent = before(&[busy.address, idle.address], "", "");
    let mut events = paravent.connect();
    events.write_all(request("GET", "/events", &[], "").as_bytes()).unwrap();
    let mut first = Vec::new();
    while support::find(&first, b"data: 1").is_none() {
        let mut piece = [0; 1024];
        let size = events.read(&mut piece).unwrap();
        assert!(size > 0, "the events broke off");
        first.extend_from_slice(&piece[..size]);
    }
    for _ in 0..10 {
        assert_eq!(paravent.get("/", &[]).text(), "idle");
    }
    is_told(&paravent, "origin_in_flight", busy.address, "", "1");
    go_on.send(()).unwrap();
    events.read_to_end(&mut Vec::new()).unwrap();
    let mut both = [paravent.get("/", &[]).text(), paravent.get("/", &[]).text()];
    both.sort();
    assert_eq!(both, ["busy", "idle"]);
}

#[test]
fn a_new_config_keeps_what_is_known_of_an_origin_that_stays() {
    let (gone, well) = (nobody(), Keeper::named("well"));
    let paravent = before(&[gone, well.address], "", "health = { eject_after = 1, eject = 600 }");
    for _ in 0..2 {
        assert_eq!(paravent.get("/", &[]).status, 200);
    }
    paravent.has_told(EJECTED, 1);
    let file = paravent.folder.path().join("paravent.toml");
    change(&file, "\"clinic.example\", ", "\"clinic.example\", \"new.example\", ");
    paravent.signal("HUP");
    paravent.has_told("is in force", 1);
    is_told(&paravent, "origin_state", gone, ",state=\"ejected\"", "1");
    is_told(&paravent, "origin_failures_total", gone, "", "1");
    // An origin that is not named any more is not told of.
    change(&file, &format!("\"http://{gone}\", "), "");
    paravent.signal("HUP");
    paravent.has_told("is in force", 2);
    assert!(!paravent.metrics().contains(&gone.to_string()));
    assert_eq!(paravent.get("/", &[]).status, 200);
}

/// A listener whose queue is full: what else wants to connect is left waiting by the kernel.
fn that_lets_nobody_in() -> (SocketAddr, socket2::Socket, Vec<TcpStream>) {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, 0)).into()).unwrap();
    socket.listen(0).unwrap();
    let address = socket.local_addr().unwrap().as_socket().unwrap();
    let mut queue = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        queue.push(stream);
    }
    (address, socket, queue)
}

#[test]
fn an_origin_that_lets_nobody_in_is_given_up_in_time() {
    let (silent, _socket, _queue) = that_lets_nobody_in();
    // Far below the time for the answer, so that it is the connection's own that ends it.
    let times = "timeouts = { connect = 1, first_byte = 600 }";
    let got = before(&[silent], times, "").get("/", &[("Accept-Language", "en")]);
    assert_eq!(got.status, 504);
    assert!(got.text().contains("telephone the clinic"), "{}", got.text());
    let well = Keeper::named("well");
    let got = before(&[silent, well.address], times, "").raw(request("POST", "/", &[], "symptom=1"));
    assert_eq!((got.status, got.text().as_str()), (200, "well"), "the other is asked in its place");
}

#[test]
fn connections_are_let_go_of_before_their_origin_closes_them() {
    let (closed, closes) = mpsc::channel();
    let origin = Keeper::start(move |_, _, stream| {
        if says(stream, "kept") == Keep {
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let _ = closed.send(stream.read(&mut [0]).map_err(|error| error.kind()));
        }
        Close
    });
    let paravent = before(&[origin.address], "", "");
    assert_eq!(paravent.get("/", &[]).text(), "kept");
    assert_eq!(closes.recv_timeout(2 * PATIENCE).unwrap(), Ok(0), "it was kept for too long");
}
