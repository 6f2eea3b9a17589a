//! The keys of the house: they lie outside the data directory and outside backups.
//!
//! Every person and every text has a data key of its own, wrapped by the master key; to erase one
//! is to destroy its wrapped key. Exact search goes by a keyed digest under a second key.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::ambient;

/// Master and index key.
#[derive(Clone)]
pub struct Keys {
    master: [u8; 32],
    index: [u8; 32],
}

/// A sealed text: ciphertext and its wrapped data key, both as text for a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    pub sealed: String,
    pub wrapped: String,
}

/// Why keys cannot be had, or a seal cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    #[error("the key file {path} cannot be {what}: {source}")]
    File { path: PathBuf, what: &'static str, source: std::io::Error },
    #[error(
        "the key file {0} is not a key file of this house; restore the right one: without it sealed texts cannot be read"
    )]
    Shape(PathBuf),
    #[error("a sealed text cannot be opened: the key is another one, or the data was changed")]
    Seal,
}

impl Keys {
    /// Fresh keys that are kept nowhere: for tests and simulations.
    #[must_use]
    pub fn fresh() -> Self {
        let (mut master, mut index) = ([0; 32], [0; 32]);
        ambient::fill(&mut master);
        ambient::fill(&mut index);
        Self { master, index }
    }

    /// Reads the key file, or makes it (readable by its owner only) if there is none.
    ///
    /// # Errors
    /// [`KeyFault`] where the file cannot be read, made, or is none of ours.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyFault> {
        let file = |what| move |source| KeyFault::File { path: path.to_owned(), what, source };
        match fs::read_to_string(path) {
            Ok(text) => Self::parse(&text).ok_or_else(|| KeyFault::Shape(path.to_owned())),
            Err(fault) if fault.kind() == std::io::ErrorKind::NotFound => {
                let keys = Self::fresh();
                if let Some(parent) = path.parent() {
                    fs::create_dir_all(parent).map_err(file("made"))?;
                }
                // Whole or not at all: half a key file would shut the house for good.
                let part = path.with_extension("part");
                let mut options = fs::OpenOptions::new();
                options.write(true).create(true).truncate(true);
                #[cfg(unix)]
                std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
                let mut out = options.open(&part).map_err(file("made"))?;
                out.write_all(keys.text().as_bytes())
                    .and_then(|()| out.sync_all())
                    .map_err(file("written"))?;
                fs::rename(&part, path).map_err(file("made"))?;
                let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
                fs::File::open(folder).and_then(|f| f.sync_all()).map_err(file("made"))?;
                Ok(keys)
            }
            Err(fault) => Err(file("read")(fault)),
        }
    }

    fn text(&self) -> String {
        format!("yipan-keys 1\nmaster {}\nindex {}\n", BASE64.encode(self.master), BASE64.encode(self.index))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != "yipan-keys 1" {
            return None;
        }
        let mut key = |name: &str| -> Option<[u8; 32]> {
            let line = lines.next()?.strip_prefix(name)?;
            BASE64.decode(line.trim()).ok()?.try_into().ok()
        };
        Some(Self { master: key("master ")?, index: key("index ")? })
    }

    /// Seals a text under a data key of its own; `about` (the record's id) is bound to it, so that
    /// a seal moved to another record does not open.
    pub fn seal(&self, about: &str, text: &str) -> Result<Sealed, KeyFault> {
        let mut data = [0; 32];
        ambient::fill(&mut data);
        Ok(Sealed {
            sealed: encrypt(&data, about, text.as_bytes())?,
            wrapped: encrypt(&self.master, about, &data)?,
        })
    }

    /// Opens what [`Keys::seal`] sealed.
    pub fn open(&self, about: &str, sealed: &str, wrapped: &str) -> Result<String, KeyFault> {
        let data: [u8; 32] = decrypt(&self.master, about, wrapped)?.try_into().map_err(|_| KeyFault::Seal)?;
        String::from_utf8(decrypt(&data, about, sealed)?).map_err(|_| KeyFault::Seal)
    }

    /// Wraps the data key of a file.
    pub(crate) fn wrap(&self, about: &str, data: &[u8; 32]) -> Result<String, KeyFault> {
        encrypt(&self.master, about, data)
    }

    /// The data key of a file.
    pub(crate) fn unwrap(&self, about: &str, wrapped: &str) -> Result<[u8; 32], KeyFault> {
        decrypt(&self.master, about, wrapped)?.try_into().map_err(|_| KeyFault::Seal)
    }

    /// The keyed digest of a normalised value, for exact search and for proving a text unchanged.
    #[must_use]
    pub fn digest(&self, purpose: &str, value: &str) -> String {
        let Ok(mut mac) = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&self.index) else {
            unreachable!("an HMAC takes keys of any length");
        };
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        let digest = mac.finalize().into_bytes();
        BASE64.encode(&digest[..18])
    }
}

fn encrypt(key: &[u8; 32], about: &str, plain: &[u8]) -> Result<String, KeyFault> {
    let mut nonce = [0_u8; 12];
    ambient::fill(&mut nonce);
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key));
    let payload = Payload { msg: plain, aad: about.as_bytes() };
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| KeyFault::Seal)?;
    let mut out = nonce.to_vec();
    out.extend(sealed);
    Ok(BASE64.encode(out))
}

fn decrypt(key: &[u8; 32], about: &str, text: &str) -> Result<Vec<u8>, KeyFault> {
    let bytes = BASE64.decode(text).map_err(|_| KeyFault::Seal)?;
    let (nonce, sealed) = bytes.split_at_checked(12).ok_or(KeyFault::Seal)?;
    let nonce: [u8; 12] = nonce.try_into().map_err(|_| KeyFault::Seal)?;
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(*key));
    let payload = Payload { msg: sealed, aad: about.as_bytes() };
    cipher.decrypt(&Nonce::from(nonce), payload).map_err(|_| KeyFault::Seal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_opens_only_whole_and_for_its_own_record() {
        let keys = Keys::fresh();
        let a = keys.seal("n1", "张三 13812345678").unwrap();
        assert_eq!(keys.open("n1", &a.sealed, &a.wrapped).unwrap(), "张三 13812345678");
        assert!(keys.open("n2", &a.sealed, &a.wrapped).is_err());
        assert!(Keys::fresh().open("n1", &a.sealed, &a.wrapped).is_err());
        let changed = a.sealed.replacen(|c: char| c.is_ascii_lowercase(), "A", 1);
        assert!(changed == a.sealed || keys.open("n1", &changed, &a.wrapped).is_err());
        assert_ne!(a.sealed, keys.seal("n1", "张三 13812345678").unwrap().sealed);
    }

    #[test]
    fn keys_survive_their_file_and_refuse_another() {
        let keys = Keys::fresh();
        let back = Keys::parse(&keys.text()).unwrap();
        assert_eq!(keys.digest("phone", "1"), back.digest("phone", "1"));
        assert_ne!(keys.digest("phone", "1"), keys.digest("identity", "1"));
        assert!(Keys::parse("something else").is_none());
    }
}
