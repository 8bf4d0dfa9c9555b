//! Randomness, handed in.

use jiff::Timestamp;
use uuid::Uuid;

/// A source of unpredictable bytes.
///
/// The binary hands in the operating system's generator (SEC-2); tests hand in a seeded one, so that ids and codes in
/// snapshots never change. Nothing in the workspace draws randomness from anywhere else.
pub trait Entropy {
    /// Fills `bytes` with unpredictable values.
    fn fill(&mut self, bytes: &mut [u8]);

    /// 32 fresh bytes: a link secret, a bearer token, a selector's raw material.
    fn secret(&mut self) -> [u8; 32] {
        let mut bytes = [0_u8; 32];
        self.fill(&mut bytes);
        bytes
    }

    /// A time-ordered id (`UUIDv7`) for a row created at `now`, to the quarter of a microsecond (RFC 9562 §6.2, method 3).
    /// Ids order rows; they are never secrets.
    fn id(&mut self, now: Timestamp) -> Uuid {
        let mut tail = [0_u8; 10];
        self.fill(&mut tail);
        let within_milli = u64::try_from(now.subsec_nanosecond().rem_euclid(1_000_000)).unwrap_or(0);
        let [.., high, low] = (within_milli * 4_096 / 1_000_000).to_be_bytes();
        (tail[0], tail[1]) = (high, low);
        let millis = u64::try_from(now.as_millisecond()).unwrap_or(0);
        uuid::Builder::from_unix_timestamp_millis(millis, &tail).into_uuid()
    }

    /// A number below `bound`, every one equally likely (rejection sampling, SEC-2). Zero for a bound of zero.
    fn below(&mut self, bound: u8) -> u8 {
        if bound == 0 {
            return 0;
        }
        let fair = u8::MAX - (u8::MAX % bound + 1) % bound;
        loop {
            let mut byte = [0_u8; 1];
            self.fill(&mut byte);
            let [drawn] = byte;
            if drawn <= fair {
                return drawn % bound;
            }
        }
    }
}

/// A generator with a seed (`SplitMix64`), for tests.
#[cfg(test)]
pub(crate) struct Seeded(pub(crate) u64);

#[cfg(test)]
impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
impl Entropy for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SEC-2: every number below a bound is equally likely, also where the bound does not divide 256.
    #[test]
    fn below_takes_every_byte_that_is_fair_and_no_other() {
        struct Fixed(Vec<u8>);
        impl Entropy for Fixed {
            fn fill(&mut self, bytes: &mut [u8]) {
                bytes[0] = self.0.remove(0);
            }
        }
        for bound in [1, 2, 9, 10, 23, 32, 55, 128, 200, 255] {
            let fair = (256 / u16::from(bound)) * u16::from(bound);
            let mut counts = vec![0_u16; usize::from(bound)];
            for byte in 0..=u8::MAX {
                let drawn = Fixed(vec![byte, 0]).below(bound);
                if u16::from(byte) < fair {
                    counts[usize::from(drawn)] += 1;
                } else {
                    assert_eq!(drawn, 0, "{byte} is drawn again for bound {bound}");
                }
            }
            assert!(
                counts.iter().all(|count| *count == fair / u16::from(bound)),
                "bound {bound}: {counts:?}"
            );
        }
        assert_eq!(Fixed(vec![]).below(0), 0);
    }

    /// Ids order rows by time and are of version 7.
    #[test]
    fn ids_are_ordered_by_time() {
        let mut entropy = Seeded(1);
        let first = entropy.id("2026-03-01T12:00:00.000Z".parse().unwrap());
        let second = entropy.id("2026-03-01T12:00:00.001Z".parse().unwrap());

        assert!(first < second);
        assert_eq!((first.get_version_num(), second.get_version_num()), (7, 7));
    }
}
