//! The server's own keys: made at the first start, kept outside the database (SEC-3, SEC-55).

use anyhow::Context as _;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_app::{Keys, SharedEntropy};
use countersign_domain::Entropy as _;
use countersign_domain::change::{MacKey, MacKeys};
use countersign_store::{SealKey, SealKeys, Store};

use crate::home::{Home, read_private, write_private};

/// Loads the keys of `home`, making the ones that are missing. `NAME.previous.key` beside `NAME.key` is still accepted:
/// that is how a key is rotated.
pub(crate) fn load(home: &Home, entropy: &mut SharedEntropy) -> anyhow::Result<Keys> {
    let mac = MacKey::new(own(home, "mac", entropy)?);
    let seal = SealKey::new(own(home, "seal", entropy)?);
    let mac_previous = key_in(home, "mac.previous")?.map(MacKey::new);
    let seal_previous = key_in(home, "seal.previous")?.map(SealKey::new);
    Ok(Keys { mac: MacKeys::new(mac, mac_previous), seal: SealKeys::new(seal, seal_previous) })
}

/// Compares with what the database keeps of the keys: a node with other keys refuses to start and names the file.
pub(crate) async fn claim(store: &Store, keys: &Keys, home: &Home) -> anyhow::Result<()> {
    for (kind, fingerprint) in [("mac", keys.mac.fingerprint()), ("seal", keys.seal.fingerprint())] {
        store.claim_key(kind, fingerprint).await.with_context(|| {
            let file = home.security().join(format!("{kind}.key"));
            format!("{} is not the key this database was made with; bring the right one back", file.display())
        })?;
    }
    Ok(())
}

fn own(home: &Home, name: &str, entropy: &mut SharedEntropy) -> anyhow::Result<[u8; 32]> {
    if let Some(key) = key_in(home, name)? {
        return Ok(key);
    }
    let key = entropy.secret();
    let path = home.security().join(format!("{name}.key"));
    write_private(&path, format!("{}\n", STANDARD.encode(key)).as_bytes())?;
    Ok(key)
}

fn key_in(home: &Home, name: &str) -> anyhow::Result<Option<[u8; 32]>> {
    let path = home.security().join(format!("{name}.key"));
    let Some(bytes) = read_private(&path)? else { return Ok(None) };
    let text = std::str::from_utf8(&bytes).ok().map(str::trim);
    let key =
        text.and_then(|text| STANDARD.decode(text).ok()).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let key = key.with_context(|| format!("{} holds no key of 32 bytes in base64", path.display()))?;
    Ok(Some(key))
}
