//! In: a checked config. Out: a process that can read what the config names and the system's own files, write
//! its records, and nothing else of the disk, whatever a hostile page or request makes of it (Landlock). To be
//! entered before the runtime starts its threads: a thread takes it from the one that made it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access, AccessFs, Ruleset, RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus,
    path_beneath_rules,
};

use crate::config::Config;

/// The kernel's interface whose rights are asked for; an older kernel keeps those it knows.
const INTERFACE: ABI = ABI::V5;
/// Names, trust, time zones and limits, as the system's administrator set them; what a process may open of
/// `/etc` is decided by owner and mode, as ever.
const SYSTEM: [&str; 10] = [
    "/etc",
    "/usr",
    "/lib",
    "/lib64",
    "/run/systemd/resolve",
    "/run/resolvconf",
    "/run/NetworkManager",
    "/proc",
    "/sys/fs/cgroup",
    "/dev/null",
];
/// Where the open day is kept unless the config says where.
const IN_MEMORY: [&str; 2] = ["/run/paravent", "/dev/shm"];

/// Confines this thread and those it will start. Gives what the operator should know: that the kernel cannot.
pub fn enter(config: &Config) -> Option<String> {
    match confined(&readable(config), &writable(config)) {
        Ok(RulesetStatus::NotEnforced) => Some(
            "this kernel has no Landlock: the program can read and write all that its user may".to_owned(),
        ),
        Ok(_) => None,
        Err(error) => Some(format!("the program could not be confined to its own files: {error}")),
    }
}

fn confined(
    readable: &BTreeSet<PathBuf>,
    writable: &BTreeSet<PathBuf>,
) -> Result<RulesetStatus, RulesetError> {
    let (all, read) = (AccessFs::from_all(INTERFACE), AccessFs::ReadFile | AccessFs::ReadDir);
    let rules = Ruleset::default().handle_access(all)?.create()?;
    let rules = rules
        .add_rules(path_beneath_rules(readable, read))?
        .add_rules(path_beneath_rules(writable, all & !AccessFs::Execute))?;
    Ok(rules.restrict_self()?.ruleset)
}

/// The folders of what is read: a rule holds for a file as it is now, and a renewed certificate is another.
fn readable(config: &Config) -> BTreeSet<PathBuf> {
    let mut folders: BTreeSet<PathBuf> = SYSTEM.iter().map(PathBuf::from).collect();
    for file in &config.files {
        folders.insert(folder(file));
        // `live/site/fullchain.pem` may lead to `archive/site/fullchain7.pem`, and to another one tomorrow.
        folders.extend(file.canonicalize().ok().map(|file| folder(&file)));
    }
    // Where these stand, origins' certificates are verified by what they name.
    let trust = ["SSL_CERT_FILE", "SSL_CERT_DIR"].into_iter().filter_map(std::env::var_os);
    folders.extend(trust.map(|path| folder(Path::new(&path))));
    folders
}

fn writable(config: &Config) -> BTreeSet<PathBuf> {
    let server = &config.server;
    let mut folders: BTreeSet<PathBuf> = [server.state_dir.clone()].into();
    match &server.checkpoint_dir {
        // It is made at the start, where it is missing.
        Some(own) if !own.is_dir() => folders.insert(folder(own)),
        Some(own) => folders.insert(own.clone()),
        None => {
            folders.extend(IN_MEMORY.map(PathBuf::from));
            true
        }
    };
    folders
}

/// A folder itself, or that of a file.
fn folder(path: &Path) -> PathBuf {
    match (path.is_dir(), path.parent()) {
        (true, _) => path.to_owned(),
        (false, Some(folder)) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => PathBuf::from("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_named_is_read_and_written() {
        let place = tempfile::tempdir().unwrap();
        let at = |name: &str| place.path().join(name);
        for name in ["read", "written", "foreign"] {
            std::fs::create_dir(at(name)).unwrap();
            std::fs::write(at(name).join("file"), name).unwrap();
        }
        let read = |name: &str| std::fs::read(at(name).join("file")).is_ok();
        let written = |name: &str| std::fs::write(at(name).join("new"), "x").is_ok();
        let within = || {
            let status = confined(&[at("read")].into(), &[at("written")].into()).unwrap();
            assert_ne!(status, RulesetStatus::NotEnforced, "this test needs a kernel with Landlock");
            assert!(read("read") && !written("read"));
            assert!(read("written") && written("written"));
            assert!(!read("foreign") && !written("foreign"));
        };
        // The walls are around a thread and those it starts.
        std::thread::scope(|scope| scope.spawn(within).join()).unwrap();
        assert!(written("read") && written("foreign"));
    }

    #[test]
    fn links_are_followed_to_where_they_lead() {
        let place = tempfile::tempdir().unwrap();
        let (live, archive) = (place.path().join("live"), place.path().join("archive"));
        std::fs::create_dir(&live).unwrap();
        std::fs::create_dir(&archive).unwrap();
        std::fs::write(archive.join("chain7.pem"), "").unwrap();
        std::os::unix::fs::symlink("../archive/chain7.pem", live.join("chain.pem")).unwrap();
        let mut config =
            Config::from_text("x.toml", include_str!("../../config/sites/radiology-quebec.toml"));
        let config = config.as_mut().unwrap();
        config.files = vec![live.join("chain.pem")];
        let folders = readable(config);
        assert!(folders.contains(&live) && folders.contains(&archive.canonicalize().unwrap()));
    }
}
