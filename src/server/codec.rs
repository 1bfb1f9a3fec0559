//! In: the bytes of a compressed body. Out: the plain ones, and back. Knows content codings
//! (RFC 9110, 8.4) and nothing of what is in the body.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::{DeflateDecoder, GzEncoder, MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING};

/// How many bytes one piece of input may decode to before it is called a bomb, whatever its ratio.
const PIECE_LIMIT: usize = 8 * 1024 * 1024;
/// Compressed bytes decoded at a time, so that the limit above is looked at often.
const PIECE: usize = 1024;
/// Below this much output no ratio is judged: small bodies of spaces compress well.
const RATIO_FLOOR: u64 = 4 * 1024 * 1024;

/// A content coding that Paravent can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    Identity,
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

/// Why a body cannot be decoded.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    #[error("a content coding that cannot be read, or several")]
    UnknownCoding,
    #[error("the data is not what its coding says")]
    Broken(#[from] io::Error),
    #[error("it decodes to far more than it is")]
    Bomb,
}

impl CodecError {
    /// The name a log line and a counter may give it.
    pub const fn rule(&self) -> &'static str {
        match self {
            CodecError::UnknownCoding => "page-coding-unknown",
            CodecError::Broken(_) => "page-coding-broken",
            CodecError::Bomb => "page-bomb",
        }
    }
}

impl Coding {
    /// The coding of a body. Unknown or stacked codings are refused: they would pass unread.
    pub fn of(headers: &HeaderMap) -> Result<Coding, CodecError> {
        let mut values = headers.get_all(CONTENT_ENCODING).iter();
        let (first, more) = (values.next(), values.next());
        if more.is_some() {
            return Err(CodecError::UnknownCoding);
        }
        let Some(value) = first else { return Ok(Coding::Identity) };
        let text = value.to_str().map_err(|_| CodecError::UnknownCoding)?.trim().to_ascii_lowercase();
        match text.as_str() {
            "" | "identity" => Ok(Coding::Identity),
            "gzip" | "x-gzip" => Ok(Coding::Gzip),
            "deflate" => Ok(Coding::Deflate),
            "br" => Ok(Coding::Brotli),
            "zstd" => Ok(Coding::Zstd),
            _ => Err(CodecError::UnknownCoding),
        }
    }

    /// What to send a client: zstd where accepted, then gzip (cheapest for what is made afresh),
    /// brotli for those who take nothing else.
    pub fn preferred(headers: &HeaderMap) -> Coding {
        let accepted = |name: &str| accepts(headers, name);
        if accepted("zstd") {
            Coding::Zstd
        } else if accepted("gzip") {
            Coding::Gzip
        } else if accepted("br") {
            Coding::Brotli
        } else {
            Coding::Identity
        }
    }

    /// The token for `Content-Encoding`; none for identity.
    pub const fn token(self) -> Option<&'static str> {
        match self {
            Coding::Identity => None,
            Coding::Gzip => Some("gzip"),
            Coding::Deflate => Some("deflate"),
            Coding::Brotli => Some("br"),
            Coding::Zstd => Some("zstd"),
        }
    }
}

/// Whether `Accept-Encoding` names `coding` with a weight above zero. `*` is not taken as an offer:
/// clients that send it alone are rarely browsers.
fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = parts.any(|p| {
            p.strip_prefix("q=").is_some_and(|q| q.trim().parse::<f32>().is_ok_and(|weight| weight <= 0.0))
        });
        named && !refused
    })
}

type Sink = Vec<u8>;

enum Reader {
    Identity(Sink),
    Gzip(MultiGzDecoder<Sink>),
    Zlib(ZlibDecoder<Sink>),
    Raw(DeflateDecoder<Sink>),
    /// `deflate` before its first byte: servers send it with and without the zlib wrapper.
    DeflateUnknown(Sink),
    Brotli(Box<brotli::DecompressorWriter<Sink>>),
    Zstd(Box<zstd::stream::write::Decoder<'static, Sink>>),
}

/// Decodes a body in pieces.
pub struct Decoder {
    reader: Reader,
    taken: u64,
    given: u64,
    ratio: u64,
}

impl Decoder {
    /// A decoder for `coding` that gives up when the body grows beyond `ratio` times its size.
    pub fn new(coding: Coding, ratio: u64) -> Result<Decoder, CodecError> {
        let reader = match coding {
            Coding::Identity => Reader::Identity(Sink::new()),
            Coding::Gzip => Reader::Gzip(MultiGzDecoder::new(Sink::new())),
            Coding::Deflate => Reader::DeflateUnknown(Sink::new()),
            Coding::Brotli => Reader::Brotli(Box::new(brotli::DecompressorWriter::new(Sink::new(), 8192))),
            Coding::Zstd => Reader::Zstd(Box::new(zstd::stream::write::Decoder::new(Sink::new())?)),
        };
        Ok(Decoder { reader, taken: 0, given: 0, ratio })
    }

    /// Decodes `data` and appends what comes out to `out`.
    pub fn write(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
        for piece in data.chunks(PIECE) {
            self.taken += piece.len() as u64;
            self.reader.write(piece)?;
            self.drain(out)?;
        }
        Ok(())
    }

    /// Ends the body; data that stops short of its coding's end is an error.
    pub fn end(&mut self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        if self.taken > 0 {
            self.reader.finish()?;
        }
        self.drain(out)
    }

    fn drain(&mut self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let sink = self.reader.sink();
        self.given += sink.len() as u64;
        let too_much = self.given > RATIO_FLOOR && self.given / self.taken.max(1) > self.ratio;
        if too_much || sink.len() > PIECE_LIMIT {
            return Err(CodecError::Bomb);
        }
        out.append(sink);
        Ok(())
    }
}

impl Reader {
    fn write(&mut self, data: &[u8]) -> io::Result<()> {
        if let (Reader::DeflateUnknown(_), Some(first)) = (&*self, data.first()) {
            // RFC 1950: the low four bits of the first byte are 8 in a zlib stream.
            *self = if first & 0x0f == 8 {
                Reader::Zlib(ZlibDecoder::new(Sink::new()))
            } else {
                Reader::Raw(DeflateDecoder::new(Sink::new()))
            };
        }
        match self {
            Reader::Identity(sink) => sink.write_all(data),
            Reader::Gzip(gzip) => gzip.write_all(data).and_then(|()| gzip.flush()),
            Reader::Zlib(zlib) => zlib.write_all(data).and_then(|()| zlib.flush()),
            Reader::Raw(raw) => raw.write_all(data).and_then(|()| raw.flush()),
            Reader::Brotli(brotli) => brotli.write_all(data).and_then(|()| brotli.flush()),
            Reader::Zstd(zstd) => zstd.write_all(data).and_then(|()| zstd.flush()),
            Reader::DeflateUnknown(_) => Ok(()),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        match self {
            Reader::Gzip(gzip) => gzip.try_finish(),
            Reader::Zlib(zlib) => zlib.try_finish(),
            Reader::Raw(raw) => raw.try_finish(),
            Reader::Brotli(brotli) => brotli.close(),
            Reader::Zstd(zstd) => zstd.do_finish(),
            Reader::Identity(_) | Reader::DeflateUnknown(_) => Ok(()),
        }
    }

    fn sink(&mut self) -> &mut Sink {
        match self {
            Reader::Identity(sink) | Reader::DeflateUnknown(sink) => sink,
            Reader::Gzip(gzip) => gzip.get_mut(),
            Reader::Zlib(zlib) => zlib.get_mut(),
            Reader::Raw(raw) => raw.get_mut(),
            Reader::Brotli(brotli) => brotli.get_mut(),
            Reader::Zstd(zstd) => zstd.get_mut(),
        }
    }
}

/// A whole body, encoded.
pub fn encode(coding: Coding, text: &[u8]) -> Result<Vec<u8>, CodecError> {
    let mut encoder = Encoder::new(coding)?;
    let mut packed = Vec::new();
    encoder.write(text, &mut packed)?;
    encoder.end(&mut packed)?;
    Ok(packed)
}

/// Encodes a body in pieces.
pub struct Encoder(Writer);

enum Writer {
    Identity(Sink),
    Gzip(Box<GzEncoder<Sink>>),
    Brotli(Box<brotli::CompressorWriter<Sink>>),
    Zstd(Box<zstd::stream::write::Encoder<'static, Sink>>),
}

impl Encoder {
    /// An encoder at the level that is cheapest for bodies made afresh. `Deflate` is never sent and
    /// is taken as identity.
    pub fn new(coding: Coding) -> Result<Encoder, CodecError> {
        let sink = Sink::new();
        Ok(Encoder(match coding {
            Coding::Identity | Coding::Deflate => Writer::Identity(sink),
            Coding::Gzip => Writer::Gzip(Box::new(GzEncoder::new(sink, Compression::fast()))),
            Coding::Brotli => Writer::Brotli(Box::new(brotli::CompressorWriter::new(sink, 8192, 3, 20))),
            Coding::Zstd => Writer::Zstd(Box::new(zstd::stream::write::Encoder::new(sink, 1)?)),
        }))
    }

    /// Encodes `data`; what comes out is appended to `out`.
    pub fn write(&mut self, data: &[u8], out: &mut Vec<u8>) -> Result<(), CodecError> {
        self.writer().write_all(data)?;
        self.drain(out);
        Ok(())
    }

    /// Brings out everything written so far, as the origin flushed it.
    pub fn flush(&mut self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        self.writer().flush()?;
        self.drain(out);
        Ok(())
    }

    /// Ends the body.
    pub fn end(self, out: &mut Vec<u8>) -> Result<(), CodecError> {
        let mut rest = match self.0 {
            Writer::Identity(sink) => sink,
            Writer::Gzip(gzip) => gzip.finish()?,
            Writer::Brotli(brotli) => brotli.into_inner(),
            Writer::Zstd(zstd) => zstd.finish()?,
        };
        out.append(&mut rest);
        Ok(())
    }

    fn writer(&mut self) -> &mut dyn Write {
        match &mut self.0 {
            Writer::Identity(sink) => sink,
            Writer::Gzip(gzip) => gzip,
            Writer::Brotli(brotli) => brotli,
            Writer::Zstd(zstd) => zstd,
        }
    }

    fn drain(&mut self, out: &mut Vec<u8>) {
        out.append(match &mut self.0 {
            Writer::Identity(sink) => sink,
            Writer::Gzip(gzip) => gzip.get_mut(),
            Writer::Brotli(brotli) => brotli.get_mut(),
            Writer::Zstd(zstd) => zstd.get_mut(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODINGS: [Coding; 4] = [Coding::Identity, Coding::Gzip, Coding::Brotli, Coding::Zstd];

    fn encoded(coding: Coding, data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(coding).unwrap();
        for piece in data.chunks(700) {
            encoder.write(piece, &mut out).unwrap();
            encoder.flush(&mut out).unwrap();
        }
        encoder.end(&mut out).unwrap();
        out
    }

    fn decoded(coding: Coding, data: &[u8], step: usize) -> Result<Vec<u8>, CodecError> {
        let mut out = Vec::new();
        let mut decoder = Decoder::new(coding, 200)?;
        for piece in data.chunks(step) {
            decoder.write(piece, &mut out)?;
        }
        decoder.end(&mut out).map(|()| out)
    }

    fn text() -> Vec<u8> {
        (0..5000_u32).flat_map(|n| format!("<p>{}</p>", n.wrapping_mul(2_654_435_761)).into_bytes()).collect()
    }

    #[test]
    fn what_is_encoded_decodes_again_in_pieces_of_any_size() {
        for coding in CODINGS {
            let data = encoded(coding, &text());
            for step in [1, 7, 4096, usize::MAX] {
                assert_eq!(decoded(coding, &data, step).unwrap(), text(), "{coding:?} by {step}");
            }
        }
    }

    #[test]
    fn a_truncated_body_is_an_error() {
        for coding in [Coding::Gzip, Coding::Brotli, Coding::Zstd] {
            let data = encoded(coding, &text());
            assert!(decoded(coding, &data[..data.len() - 5], 512).is_err(), "{coding:?}");
            assert!(decoded(coding, &data[..data.len() / 2], 512).is_err(), "{coding:?}");
        }
    }

    #[test]
    fn deflate_is_read_with_and_without_its_wrapper() {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(&text()).unwrap();
        let mut raw = flate2::write::DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(&text()).unwrap();
        for data in [zlib.finish().unwrap(), raw.finish().unwrap()] {
            assert_eq!(decoded(Coding::Deflate, &data, 100).unwrap(), text());
        }
    }

    #[test]
    fn a_bomb_is_refused() {
        for coding in [Coding::Gzip, Coding::Brotli, Coding::Zstd] {
            let blank = vec![b' '; 64 * 1024 * 1024];
            let mut bomb = Vec::new();
            if coding == Coding::Gzip {
                let mut best = GzEncoder::new(&mut bomb, Compression::best());
                best.write_all(&blank).unwrap();
                best.finish().unwrap();
            } else {
                let mut encoder = Encoder::new(coding).unwrap();
                encoder.write(&blank, &mut bomb).unwrap();
                encoder.end(&mut bomb).unwrap();
            }
            assert!(matches!(decoded(coding, &bomb, 4096), Err(CodecError::Bomb)), "{coding:?}");
        }
    }

    #[test]
    fn a_body_that_lies_about_its_coding_is_an_error() {
        for coding in [Coding::Gzip, Coding::Brotli, Coding::Zstd] {
            assert!(decoded(coding, b"<html><script src=//t.example></script>", 8).is_err(), "{coding:?}");
        }
    }

    #[test]
    fn stacked_and_unknown_codings_are_refused() {
        let of = |values: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(CONTENT_ENCODING, http::HeaderValue::from_static(value));
            }
            Coding::of(&headers)
        };
        assert_eq!(of(&[]).unwrap(), Coding::Identity);
        assert_eq!(of(&["GZIP"]).unwrap(), Coding::Gzip);
        for bad in [&["gzip, br"][..], &["gzip", "gzip"], &["compress"], &["aws-chunked"]] {
            assert!(of(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn the_client_gets_what_it_accepts() {
        let preferred = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, http::HeaderValue::from_static(value));
            Coding::preferred(&headers)
        };
        assert_eq!(preferred("gzip, deflate, br, zstd"), Coding::Zstd);
        assert_eq!(preferred("gzip;q=1.0, zstd;q=0"), Coding::Gzip);
        assert_eq!(preferred("br"), Coding::Brotli);
        assert_eq!(preferred("identity"), Coding::Identity);
        assert_eq!(preferred("*"), Coding::Identity);
    }
}
