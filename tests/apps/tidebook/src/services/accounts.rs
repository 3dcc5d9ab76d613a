use argon2::{
    password_hash::{rand_core::OsRng, PasswordHash, SaltString},
    Argon2, PasswordHasher, PasswordVerifier,
};
use uuid::Uuid;

use crate::{
    error::{Error, Result},
    repository::members::{Member, Members},
};

pub struct AccountService {
    members: Members,
}

impl AccountService {
    pub fn new(members: Members) -> Self {
        Self { members }
    }

    /// Makes an account for somebody new.
    pub async fn register(&self, email: &str, name: &str, password: &str) -> Result<Member> {
        if !email.contains('@') || name.trim().is_empty() {
            return Err(Error::Input("an e-mail address and a name are needed"));
        }
        if password.len() < 10 {
            return Err(Error::Input("a password has at least ten characters"));
        }
        let salt = SaltString::generate(&mut OsRng);
        let hash = Argon2::default().hash_password(password.as_bytes(), &salt);
        let hash = hash.map_err(Error::Password)?.to_string();
        let member = self.members.insert(email, name.trim(), &hash).await?;
        member.ok_or(Error::Input("this address is taken"))
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Member> {
        let known = self.members.by_email(email).await?;
        known
            .filter(|member| is_password_of(member, password))
            .ok_or(Error::Input("address and password don't fit"))
    }

    /// Gives the token of a new session.
    pub async fn open_session(&self, member: &Member) -> Result<String> {
        let token = Uuid::new_v4().simple().to_string();
        self.members.open_session(&token, member.id).await?;
        Ok(token)
    }

    pub async fn close_session(&self, token: &str) -> Result<()> {
        Ok(self.members.close_session(token).await?)
    }

    pub async fn by_session(&self, token: &str) -> Result<Option<Member>> {
        Ok(self.members.by_session(token).await?)
    }
}

fn is_password_of(member: &Member, password: &str) -> bool {
    PasswordHash::new(&member.password_hash).is_ok_and(|hash| {
        let checked = Argon2::default().verify_password(password.as_bytes(), &hash);
        checked.is_ok()
    })
}
