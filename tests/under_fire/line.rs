//! A connection that is asked one thing after another over HTTP/1.1. What goes wrong is said, and nothing panics.

use std::io::{Read, Write};

use crate::support::{Answer, find};

pub struct Line<S> {
    stream: S,
    /// What came behind the answer before.
    rest: Vec<u8>,
}

impl<S: Read + Write> Line<S> {
    pub fn new(stream: S) -> Line<S> {
        Line { stream, rest: Vec::new() }
    }

    /// Sends a request and reads its whole answer.
    pub fn ask(&mut self, request: impl AsRef<[u8]>) -> Result<Answer, String> {
        self.tell(request.as_ref())?;
        self.answer(request.as_ref().starts_with(b"HEAD "))
    }

    /// Sends bytes.
    pub fn tell(&mut self, bytes: &[u8]) -> Result<(), String> {
        let sent = self.stream.write_all(bytes).and_then(|()| self.stream.flush());
        sent.map_err(|error| format!("not taken: {error}"))
    }

    /// Reads one answer.
    pub fn answer(&mut self, to_head: bool) -> Result<Answer, String> {
        let head = self.until(b"\r\n\r\n")?;
        let answer = Answer::parse(&head);
        if to_head || answer.status < 200 || [204, 304].contains(&answer.status) {
            return Ok(Answer { complete: true, ..answer });
        }
        if answer.field("transfer-encoding").is_some() {
            return Ok(Answer { body: self.chunks()?, complete: true, ..answer });
        }
        let length = answer.field("content-length").ok_or("an answer without an end")?;
        let body = self.exactly(length.parse().map_err(|_| "a length that is none")?)?;
        Ok(Answer { body, complete: true, ..answer })
    }

    fn chunks(&mut self) -> Result<Vec<u8>, String> {
        let mut body = Vec::new();
        loop {
            let line = String::from_utf8_lossy(&self.until(b"\r\n")?).into_owned();
            let size =
                usize::from_str_radix(line.trim_end(), 16).map_err(|_| format!("no chunk: {line:?}"))?;
            body.extend(self.exactly(size)?);
            self.exactly(2)?;
            if size == 0 {
                return Ok(body);
            }
        }
    }

    /// Reads until `end` has come.
    pub fn until(&mut self, end: &[u8]) -> Result<Vec<u8>, String> {
        let mut seen = 0;
        loop {
            if let Some(at) = find(&self.rest[seen..], end) {
                return Ok(self.rest.drain(..seen + at + end.len()).collect());
            }
            seen = self.rest.len().saturating_sub(end.len() - 1);
            self.read()?;
        }
    }

    /// Reads so many bytes.
    pub fn exactly(&mut self, size: usize) -> Result<Vec<u8>, String> {
        while self.rest.len() < size {
            self.read()?;
        }
        Ok(self.rest.drain(..size).collect())
    }

    fn read(&mut self) -> Result<(), String> {
        let mut piece = [0; 16 * 1024];
        match self.stream.read(&mut piece) {
            Ok(0) => Err(format!("closed after {:?}", String::from_utf8_lossy(&self.rest))),
            Ok(size) => {
                self.rest.extend_from_slice(&piece[..size]);
                Ok(())
            }
            Err(error) => Err(format!("broken off: {error}")),
        }
    }
}
