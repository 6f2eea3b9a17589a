//! The built binary as one of several nodes: it leaves without cutting anybody off.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

struct House(Child);

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One request on a connection that stays open; the answer's head.
fn ask(connection: &mut TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nHost: house\r\n\r\n");
    connection.write_all(request.as_bytes()).expect("sent");
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        connection.read_exact(&mut byte).expect("an answer");
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).expect("text").to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or_default()];
    connection.read_exact(&mut body).expect("a body");
    head
}

#[test]
fn a_node_that_leaves_says_so_and_answers_meanwhile() {
    let dir = TempDir::new().expect("a directory");
    let mut process = Command::new(env!("CARGO_BIN_EXE_yipan"))
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--drain", "2", "--data"])
        .arg(dir.path().join("city"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
    let mut house = House(process);
    let first = lines.next().expect("a line").expect("text");
    let address = first.split_once("listens at http://").expect("an address").1.to_owned();
    let connect = || TcpStream::connect(&address).expect("a connection");
    let (mut kept, mut idle) = (connect(), connect());
    for connection in [&mut kept, &mut idle] {
        let head = ask(connection, "/api/v1/ready");
        assert!(head.starts_with("http/1.1 200") && !head.contains("connection: close"), "{head}");
    }
    let asked = Instant::now();
    let told = Command::new("kill").args(["-TERM", &house.0.id().to_string()]).status();
    assert!(told.expect("kill").success());
    // The balancer is told at once; people are answered, each for the last time on their connection.
    let refused = loop {
        let head = ask(&mut connect(), "/api/v1/ready");
        if !head.starts_with("http/1.1 200") {
            break head;
        }
        assert!(asked.elapsed() < Duration::from_secs(2), "it does not say that it leaves");
    };
    assert!(refused.starts_with("http/1.1 503"), "{refused}");
    for connection in [&mut kept, &mut connect()] {
        let head = ask(connection, "/api/v1/house");
        assert!(head.starts_with("http/1.1 200") && head.contains("connection: close"), "{head}");
    }
    let ended = house.0.wait().expect("it ends");
    assert!(ended.success() && asked.elapsed() >= Duration::from_secs(2));
    assert_eq!(idle.read(&mut [0]).unwrap_or_default(), 0, "nobody was left hanging");
}

/// A copy of a demo house is one too, and is not opened to the world by leaving out a word.
#[test]
fn a_demo_house_is_served_as_one_or_not_at_all() {
    let dir = TempDir::new().expect("a directory");
    let data = dir.path().join("city");
    let serve = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_yipan"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data).args(more);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    };
    let mut demo = House(serve(&["--demo"]).spawn().expect("it starts"));
    let mut lines = BufReader::new(demo.0.stdout.take().expect("its output")).lines();
    assert!(lines.next().expect("a line").expect("text").contains("listens at"));
    drop(demo);
    let refused = serve(&[]).output().expect("it ends");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(!refused.status.success() && said.contains("say --demo"), "{said}");
}
