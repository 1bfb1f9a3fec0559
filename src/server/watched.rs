//! In: the files and folders of a config. Out: whether they have changed, and have come to rest since. Looks
//! at their dates and sizes, and never at what is in them.

use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

/// What a file looks like from outside; `None` where it is not there.
type Look = Option<(u64, u64, i64, i64)>;

/// Files that are looked at again and again.
#[derive(Debug)]
pub struct Watched {
    files: Vec<PathBuf>,
    /// As they were when they were read.
    read: Vec<Look>,
    /// As they were the last time.
    last: Vec<Look>,
}

impl Watched {
    pub fn new(files: Vec<PathBuf>) -> Watched {
        let read = look(&files);
        Watched { files, last: read.clone(), read }
    }

    /// Whether something is other than it was read, and the same as the last time: who writes several files,
    /// or one in pieces, is left to finish. Said once for each change.
    pub fn has_settled_anew(&mut self) -> bool {
        let now = look(&self.files);
        let settled = now == self.last && now != self.read;
        self.last.clone_from(&now);
        if settled {
            self.read = now;
        }
        settled
    }

    /// What is there now is about to be read.
    pub fn is_read(&mut self) {
        self.read = look(&self.files);
        self.last.clone_from(&self.read);
    }

    /// Watches `files` from now on, which were read after the last look.
    pub fn follow(&mut self, files: Vec<PathBuf>) {
        if files != self.files {
            *self = Watched::new(files);
        }
    }
}

fn look(files: &[PathBuf]) -> Vec<Look> {
    let one = |file: &PathBuf| {
        let data = std::fs::metadata(file).ok()?;
        Some((data.ino(), data.len(), data.mtime(), data.mtime_nsec()))
    };
    files.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_once_and_when_it_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("one"), folder.path().join("two"));
        std::fs::write(&one, "a").unwrap();
        let mut watched = Watched::new(vec![one.clone(), two.clone()]);
        assert!(!watched.has_settled_anew());
        std::fs::write(&one, "ab").unwrap();
        assert!(!watched.has_settled_anew(), "it may go on");
        std::fs::write(&two, "c").unwrap();
        assert!(!watched.has_settled_anew(), "it went on");
        assert!(watched.has_settled_anew());
        assert!(!watched.has_settled_anew(), "told once");
        std::fs::remove_file(&two).unwrap();
        assert!(!watched.has_settled_anew());
        assert!(watched.has_settled_anew(), "what is gone is another state too");
    }
}
