//! The crates whose entries in a lock file are known: `plans/crates.toml`.

use serde::Deserialize;

use super::super::dependency::satisfies;

const DATA: &str = include_str!("../../../plans/crates.toml");

/// All crates known.
#[derive(Debug, Deserialize)]
pub struct Catalogue {
    #[serde(rename = "crate")]
    crates: Vec<Known>,
}

/// One crate at one version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    pub name: String,
    pub version: String,
    pub checksum: String,
    #[serde(default)]
    pub dependencies: Vec<Needs>,
}

/// A dependency of a known crate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    pub name: String,
    pub requirement: String,
    /// Locked only if a feature asks for it.
    #[serde(default)]
    pub optional: bool,
    /// Optional dependencies of it that the features asked for bring.
    #[serde(default)]
    pub with: Vec<String>,
}

impl Catalogue {
    /// The embedded data.
    ///
    /// # Errors
    /// If it can't be read, which a test rules out.
    pub fn read() -> Result<Self, String> {
        toml_edit::de::from_str(DATA).map_err(|error| error.to_string())
    }

    /// The crate of a name that satisfies a requirement.
    pub fn get(&self, name: &str, requirement: &str) -> Option<&Known> {
        self.crates.iter().find(|known| known.name == name && satisfies(requirement, &known.version))
    }

    /// The crate of a name that is compatible with a version.
    pub fn compatible(&self, name: &str, version: &str) -> Option<&Known> {
        self.crates.iter().find(|known| known.name == name && compatible(&known.version, version))
    }
}

/// True for versions of which cargo keeps only one.
pub fn compatible(a: &str, b: &str) -> bool {
    let class = |version: &str| {
        let version = semver::Version::parse(version).ok()?;
        Some(match (version.major, version.minor) {
            (0, 0) => (0, 0, version.patch),
            (0, minor) => (0, minor, 0),
            (major, _) => (major, 0, 0),
        })
    };
    class(a).is_some() && class(a) == class(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_is_closed_and_its_requirements_are_met() {
        let catalogue = Catalogue::read().unwrap();
        let mut last: Option<(&str, semver::Version)> = None;
        for known in &catalogue.crates {
            let this = (known.name.as_str(), semver::Version::parse(&known.version).unwrap());
            assert!(last.as_ref().is_none_or(|last| *last < this), "{} is out of order", known.name);
            last = Some(this);
            assert!(known.checksum.len() == 64, "{}", known.name);
            for needs in &known.dependencies {
                let other = catalogue.get(&needs.name, &needs.requirement);
                let other =
                    other.unwrap_or_else(|| panic!("{} {} is not there", needs.name, needs.requirement));
                for with in &needs.with {
                    assert!(
                        other
                            .dependencies
                            .iter()
                            .any(|dependency| dependency.optional && dependency.name == *with)
                    );
                }
            }
        }
        for (name, requirement) in [
            ("hmac", "0.12"),
            ("hmac", "0.13"),
            ("sha2", "0.10"),
            ("sha2", "0.11"),
            ("base64", "0.21"),
            ("base64", "0.22"),
        ] {
            assert!(catalogue.get(name, requirement).is_some(), "{name}");
        }
    }

    #[test]
    fn compatibility_is_cargos() {
        assert!(compatible("0.10.4", "0.10.9") && compatible("1.0.0", "1.9.1"));
        assert!(!compatible("0.10.4", "0.11.0") && !compatible("0.0.1", "0.0.2"));
    }
}
