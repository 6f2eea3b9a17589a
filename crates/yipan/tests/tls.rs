//! The built binary behind a certificate of its own: what a browser and a stranger find there.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A certificate for 127.0.0.1 and its key, made by openssl.
fn certificate(dir: &Path, name: &str) -> [std::path::PathBuf; 2] {
    let [cert, key] = ["pem", "key"].map(|kind| dir.join(format!("{name}.{kind}")));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"])
        .args(["-days", "2", "-subj", "/CN=Yipan", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&cert)
        .output()
        .expect("openssl is installed by tools/setup.sh");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    [cert, key]
}

struct House(Child);

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `yipan serve` with this certificate and key.
fn serve(data: &Path, cert: &Path, key: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yipan"));
    command.args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"]).arg(data);
    command.arg("--tls-cert").arg(cert).arg("--tls-key").arg(key);
    command
}

fn curl(arguments: &[&str]) -> (bool, String) {
    let out = Command::new("curl").args(["-sS", "-i", "--max-time", "20"]).args(arguments).output();
    let out = out.expect("curl is installed by tools/setup.sh");
    let text = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
    (out.status.success(), text)
}

#[test]
fn a_house_with_a_certificate_speaks_tls_and_nothing_else() {
    let dir = TempDir::new().expect("a directory");
    let [cert, key] = certificate(dir.path(), "house");
    let mut process =
        serve(&dir.path().join("city"), &cert, &key).stdout(Stdio::piped()).spawn().expect("it starts");
    let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
    let _house = House(process);
    let mut told = Vec::new();
    while !told.last().is_some_and(|line: &String| line.starts_with("demo accounts")) {
        told.push(lines.next().expect("it goes on").expect("a line"));
    }
    let address = told.iter().find_map(|line| line.split_once("listens at https://")).expect("an address").1;
    assert!(told.iter().any(|line| line.contains(&format!("https://{address}/first#"))), "{told:?}");

    // Strangers who say nothing hold up nobody.
    let _silent: Vec<TcpStream> =
        (0..20).map(|_| TcpStream::connect(address).expect("a connection")).collect();
    let trusted = cert.to_str().expect("a path");
    let login = r#"{"login":"city.dispatcher","password":"yipanqi-2021-demo"}"#;
    let (ok, text) =
        curl(&["--cacert", trusted, "--json", login, &format!("https://{address}/api/v1/session")]);
    assert!(ok && text.contains(" 204") && text.contains("; Secure"), "{text}");
    let (ok, text) = curl(&["--cacert", trusted, "--tls-max", "1.1", &format!("https://{address}/")]);
    assert!(!ok, "an old protocol was spoken: {text}");
    let (ok, text) = curl(&[&format!("http://{address}/api/v1/house")]);
    assert!(!ok, "plain HTTP was answered: {text}");
    let (ok, text) = curl(&["--cacert", trusted, &format!("https://{address}/api/v1/house")]);
    assert!(ok && text.contains(" 200"), "{text}");
}

#[test]
fn a_certificate_that_does_not_serve_says_why() {
    let dir = TempDir::new().expect("a directory");
    let [cert, key] = certificate(dir.path(), "house");
    let [_, other] = certificate(dir.path(), "other");
    let missing = dir.path().join("missing.pem");
    for (cert, key, words) in [
        (&cert, &other, "do not serve"),
        (&key, &key, "holds no certificate"),
        (&missing, &key, "missing.pem cannot be read"),
    ] {
        let out = serve(&dir.path().join("city"), cert, key).output().expect("it ends");
        let mut text = String::new();
        out.stderr.as_slice().read_to_string(&mut text).expect("text");
        assert!(!out.status.success() && text.contains(words), "{text}");
    }
    let alone = Command::new(env!("CARGO_BIN_EXE_yipan")).args(["serve", "--tls-cert"]).arg(&cert).output();
    assert_eq!(
        alone.expect("it ends").status.code(),
        Some(2),
        "a certificate without its key is a wrong use"
    );
}
