//! What kinds of file are taken, and whether a content is what it is called.

use yipan_base::refusal::Refusal;

/// The media types that are taken, each with the bytes that a file of it has, and where.
static KINDS: &[(&str, &[(usize, &[u8])])] = &[
    ("image/jpeg", &[(0, &[0xff, 0xd8, 0xff])]),
    ("image/png", &[(0, b"\x89PNG\r\n\x1a\n")]),
    ("image/webp", &[(0, b"RIFF"), (8, b"WEBP")]),
    ("image/heic", &[(4, b"ftyp")]),
    ("audio/wav", &[(0, b"RIFF"), (8, b"WAVE")]),
    ("audio/ogg", &[(0, b"OggS")]),
    ("audio/mp4", &[(4, b"ftyp")]),
    ("audio/mpeg", &[]),
    ("video/mp4", &[(4, b"ftyp")]),
    ("application/pdf", &[(0, b"%PDF-")]),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", &[(0, b"PK\x03\x04")]),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", &[(0, b"PK\x03\x04")]),
    ("text/plain", &[]),
];

/// The media types that are taken.
pub const ACCEPTED: &str = "image/jpeg, image/png, image/webp, image/heic, audio/wav, audio/ogg, audio/mp4, \
                            audio/mpeg, video/mp4, application/pdf, DOCX, XLSX, text/plain";

/// The media type as it is kept, without parameters.
///
/// # Errors
/// `blob.empty`, `blob.media_type`, `blob.content`.
pub(super) fn checked(media_type: &str, content: &[u8]) -> Result<&'static str, Refusal> {
    if content.is_empty() {
        return Err(Refusal::invalid("blob.empty", "附件为空", "the file is empty"));
    }
    let bare = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some((name, marks)) = KINDS.iter().find(|(name, _)| *name == bare) else {
        return Err(Refusal::invalid(
            "blob.media_type",
            format!("不接受这种文件（{bare}）；可用：{ACCEPTED}"),
            format!("files of type `{bare}` are not taken; use one of: {ACCEPTED}"),
        )
        .at("Content-Type"));
    };
    let stands = |(at, mark): &(usize, &[u8])| content.get(*at..at + mark.len()) == Some(*mark);
    let sound = match *name {
        "audio/mpeg" => content.starts_with(b"ID3") || (content[0] == 0xff && content.len() > 1),
        "text/plain" => std::str::from_utf8(content).is_ok_and(|text| !text.contains('\0')),
        _ => marks.iter().all(stands),
    };
    if !sound {
        return Err(Refusal::invalid(
            "blob.content",
            format!("文件内容不是 {name}；请检查文件是否损坏或类型是否有误"),
            format!("the content is not {name}; is the file broken, or its type another one?"),
        ));
    }
    Ok(name)
}

/// Whether a media type is a sound recording.
#[must_use]
pub fn is_audio(media_type: &str) -> bool {
    media_type.starts_with("audio/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_must_be_what_it_is_called() {
        assert_eq!(checked("image/png; x=1", b"\x89PNG\r\n\x1a\n...").unwrap(), "image/png");
        assert_eq!(checked("Text/Plain", "路口".as_bytes()).unwrap(), "text/plain");
        for (media_type, content, code) in [
            ("image/png", &b""[..], "blob.empty"),
            ("image/png", b"\xff\xd8\xff\xe0", "blob.content"),
            ("text/plain", b"a\0b", "blob.content"),
            ("audio/mpeg", b"MZ", "blob.content"),
            ("text/html", b"<script>", "blob.media_type"),
            ("application/x-msdownload", b"MZ", "blob.media_type"),
            ("image/webp", b"RIFF", "blob.content"),
        ] {
            assert_eq!(checked(media_type, content).unwrap_err().code, code, "{media_type}");
        }
    }
}
