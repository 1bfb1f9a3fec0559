//! In: a source. Out: the channel it belongs to, in a closed list that follows from the list of sources.

use std::sync::LazyLock;

use super::source::Source;

/// The channels, in the order of the sources.
static CHANNELS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut channels = Vec::new();
    for source in Source::ALL {
        let channel = name(*source);
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    channels
});

/// By the code of a source, the place of its channel.
static PLACES: LazyLock<Vec<usize>> = LazyLock::new(|| {
    let place = |source: &Source| CHANNELS.iter().position(|channel| *channel == name(*source));
    Source::ALL.iter().filter_map(place).collect()
});

/// `search/google` comes through `search`.
fn name(source: Source) -> &'static str {
    source.id().split('/').next().unwrap_or_default()
}

/// The names of all channels.
pub(super) fn channels() -> &'static [&'static str] {
    &CHANNELS
}

/// The place of the channel of the source with this code.
pub(super) fn channel_of(source: u8) -> Option<usize> {
    PLACES.get(usize::from(source)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_one_channel() {
        assert_eq!(channels()[..4], ["direct", "internal", "referral", "search"]);
        for source in Source::ALL {
            let channel = channels()[channel_of(source.code()).unwrap()];
            assert!(source.id().starts_with(channel), "{}", source.id());
        }
        assert_eq!(channel_of(u8::MAX), None);
    }
}
