use anyhow::anyhow;
use argon2::{
    password_hash::{rand_core::OsRng, Error, PasswordHash, SaltString},
    Argon2, PasswordHasher, PasswordVerifier,
};
use tokio::task::spawn_blocking;

// Hashing keeps a core busy for tens of milliseconds, too long for the threads that serve requests.

pub async fn hash(password: &str) -> anyhow::Result<String> {
    let password = password.to_owned();
    spawn_blocking(move || {
        let salt = SaltString::generate(&mut OsRng);
        let hash = Argon2::default()
            .hash_password(password.as_bytes(), &salt)
            .map_err(|error| anyhow!("hashing a password: {error}"))?;
        Ok(hash.to_string())
    })
    .await?
}

pub async fn verify(password: &str, hash: &str) -> anyhow::Result<bool> {
    let (password, hash) = (password.to_owned(), hash.to_owned());
    spawn_blocking(move || {
        let hash =
            PasswordHash::new(&hash).map_err(|error| anyhow!("stored password hash: {error}"))?;
        match Argon2::default().verify_password(password.as_bytes(), &hash) {
            Ok(()) => Ok(true),
            Err(Error::Password) => Ok(false),
            Err(error) => Err(anyhow!("verifying a password: {error}")),
        }
    })
    .await?
}
