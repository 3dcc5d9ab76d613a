//! What several steps rest on: the case, the identity, the database and the names of one application.

use super::store_handle::{hands_over, is_kept};
use super::written::ADAPTER_START;
use crate::survey::migrations::{self, Migrations};
use crate::survey::{
    AppFindings, Below, GuardedPlace, IdentitySite, Note, Ready, SignupSite, Way, shares_folder,
};
use crate::target::index::Ty;
use crate::target::{Package, Target};

use super::creations::{customers, elsewhere, signups, unreached, within_signup};
use super::draft::Answers;

/// Where Stripe's Customer is made, which decides how Cello learns of a sign-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Case {
    /// At sign-up: Stripe's `customer.created` tells Cello.
    AtSignup,
    /// At purchase: an event tells Cello.
    AtPurchase,
    /// Nowhere in this application.
    Nowhere,
    /// Stripe is called in a way that is not read, and nobody has said when.
    Unknown,
}

impl Case {
    /// `A`, `B` or `C`, as Cello's guide calls them.
    pub fn letter(self) -> &'static str {
        match self {
            Self::AtSignup => "A",
            Self::AtPurchase => "B",
            Self::Nowhere => "C",
            Self::Unknown => "unknown",
        }
    }
}

/// What the steps of one application share.
pub struct Basis<'a> {
    /// The project.
    pub target: &'a Target,
    /// What was found in the application.
    pub app: &'a AppFindings,
    /// Its package.
    pub package: &'a Package,
    /// The package that gets the module: another one where a program puts the routes of a library together.
    pub home: &'a Package,
    /// Answers given.
    pub answers: &'a Answers,
    /// The application's case as a whole: `AtPurchase` as soon as one Customer is made at purchase.
    pub case: Case,
    /// How the new module is written here.
    pub variant: Variant,
}

/// Where browsers find the token and the script, unless the guarded place can't serve it.
const FOLDER: &str = "/api/cello";

/// Variants of the inserted module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Codes are remembered during the sign-up request; no table.
    A,
    /// Sign-ups are noted in a table and told by an event.
    B,
    /// Neither sign-up nor Stripe is here.
    Widget,
}

impl<'a> Basis<'a> {
    /// The basis of one application.
    pub fn new(target: &'a Target, app: &'a AppFindings, answers: &'a Answers) -> Self {
        let case = case(app, answers);
        let variant = match case {
            Case::AtSignup => Variant::A,
            _ if signups(app).next().is_some() => Variant::B,
            Case::AtPurchase | Case::Unknown => Variant::B,
            Case::Nowhere => Variant::Widget,
        };
        let package = &target.packages[app.package];
        let root = target.index.module(&app.krate).map(|root| target.index.modules[root].package);
        let home = root.map_or(package, |home| &target.packages[home]);
        Self { target, app, package, home, answers, case, variant }
    }

    /// Why what was not found may be there nevertheless, as a sentence, if some of the application could not be read.
    pub fn doubt(&self) -> Option<String> {
        let first = self.app.unread.first()?;
        let others = match self.app.unread.len() - 1 {
            0 => String::new(),
            1 => " and one more file".to_string(),
            n => format!(" and {n} more files"),
        };
        Some(format!("But {first}{others} could not be read, so look there yourself."))
    }

    /// Answer to a decision, if it was given.
    pub fn answer(&self, id: &str) -> Option<&str> {
        self.answers.get(id).map(|answer| answer.value.as_str())
    }

    /// Their migrations: the application's, else those beside the module.
    pub fn migrations(&self) -> Option<Migrations> {
        migrations::find(self.target, self.package).or_else(|| migrations::find(self.target, self.home))
    }

    /// Where they are run from a folder outside of the project.
    pub fn migrations_outside(&self) -> Option<migrations::Outside> {
        migrations::outside(self.target, self.package).or_else(|| migrations::outside(self.target, self.home))
    }

    /// Path of the module as a function in this crate writes it: `crate::cello`, or the library's name from a program.
    pub fn module_path(&self, krate: &str) -> String {
        if krate == self.app.krate {
            "crate::cello".to_string()
        } else {
            format!("{}::cello", self.app.krate)
        }
    }

    /// Key of the crate a function stands in.
    pub fn crate_of(&self, function: usize) -> &str {
        let index = &self.target.index;
        &index.modules[index.functions[function].module].krate
    }

    /// Where a sign-up is noted, or why nowhere: where the module has the database itself, no handle is needed there.
    pub fn note(&self, site: &'a SignupSite) -> &'a Result<Vec<Note>, String> {
        if is_kept(self) { &site.kept } else { &site.note }
    }

    /// True if a function's crate can name the module: it has it, or builds on the library that has it.
    pub fn can_name_module(&self, function: usize) -> bool {
        self.target.index.name_of_crate(&self.app.krate, self.crate_of(function)).is_some()
    }

    /// True if some function outside of the module's own crate uses it, so that it has to be public.
    pub fn must_be_public(&self) -> bool {
        let script = self.app.place.as_ref().ok().map(|place| self.app.chains[place.chain].function);
        let script = script.or_else(|| self.ready().map(|ready| ready.application.function));
        let below = self.below().map(|below| below.slot.function);
        let token = self.guarded().map(|place| self.app.chains[place.chain].function);
        let customers = customers(self.app).map(|site| site.function).filter(|&at| self.can_name_module(at));
        let notes = signups(self.app).filter_map(|site| self.note(site).as_ref().ok()).flatten();
        script
            .into_iter()
            .chain(token)
            .chain(hands_over(self))
            .chain(below)
            .chain(notes.map(|note| note.anchor.function))
            .chain(customers)
            .any(|function| self.crate_of(function) != self.app.krate)
    }

    /// The place for the token's route, where that is another than the script's: below the middleware that brings the
    /// user.
    pub fn guarded(&self) -> Option<&'a GuardedPlace> {
        self.identity().ok()??.guard.as_ref()?.place.as_ref()
    }

    /// The places in an actix-web application, if they are surely right.
    pub fn ready(&self) -> Option<&'a Ready> {
        self.app.actix.as_ref()?.as_ref().ok()
    }

    /// How a new route of an actix-web application knows the user.
    pub fn way(&self) -> Option<&'a Way> {
        let identity = self.identity().ok()??;
        self.ready()?.ways.iter().find(|way| way.id == identity.identity.id)
    }

    /// The same as [`Self::guarded`], in an actix-web application.
    pub fn below(&self) -> Option<&'a Below> {
        self.way()?.place.as_ref().ok()?.as_ref()
    }

    /// True if an actix-web application gets its module by hand: it is known that no rule can place it.
    pub fn is_left_to_hand(&self) -> bool {
        if self.app.by_hand.is_none() {
            return false;
        }
        let placed = self.identity().is_err() || self.way().is_some_and(|way| way.place.is_ok());
        self.ready().is_none() || !placed
    }

    /// True if the token's route answers pages of other sites: what is in the module, else what will be.
    pub fn answers_other_sites(&self) -> bool {
        match self.written_module().filter(|text| text.contains(ADAPTER_START)) {
            Some(text) => !text.contains("\"cross-site\""),
            // A bearer token is nothing that another site's page could make the browser send.
            None => self.by_bearer_alone(),
        }
    }

    /// True if people are known by a bearer token and nothing else.
    pub fn by_bearer_alone(&self) -> bool {
        self.identity().is_ok_and(|identity| identity.is_some_and(|site| site.bearer_alone))
    }

    fn guarded_prefix(&self) -> Option<&'a str> {
        let below = self.below().map(|below| below.prefix.as_str());
        below.or_else(|| self.guarded().map(|place| place.prefix.as_str()))
    }

    /// Folder of the token and the script, as browsers see it: one that the guarded place can serve.
    pub fn folder(&self) -> String {
        match self.guarded_prefix() {
            Some(prefix) if !shares_folder(prefix) => format!("{prefix}/cello"),
            _ => FOLDER.to_string(),
        }
    }

    /// The same folder as routes at the guarded place write it.
    pub fn guarded_folder(&self) -> String {
        let folder = self.folder();
        let prefix = self.guarded_prefix().unwrap_or_default();
        folder.strip_prefix(prefix).unwrap_or(&folder).to_string()
    }

    /// The integration somebody else made, if there is one: its first trace.
    pub fn foreign(&self, existing: &'a [crate::survey::Existing]) -> Option<&'a crate::survey::Existing> {
        if self.module_is_there() {
            return None;
        }
        // What one of our own steps left behind is no integration of somebody else's.
        existing.iter().find(|trace| {
            !trace.at.text.contains("crate::cello::") && !trace.at.text.contains("/cello/client.js")
        })
    }

    /// The extractor that tells who is signed in.
    ///
    /// # Errors
    /// With the decision's id if several could.
    pub fn identity(&self) -> Result<Option<&'a IdentitySite>, String> {
        let mut candidates: Vec<&IdentitySite> =
            self.app.identity.iter().filter(|site| site.identity.rank > 0).collect();
        candidates.sort_by_key(|site| site.identity.rank);
        if let Some(answer) = self.answer("identity") {
            return Ok(candidates.into_iter().find(|site| site.identity.id == answer));
        }
        let Some(best) = candidates.first() else {
            return Ok(None);
        };
        // What a middleware brings stands back behind an extractor of their own.
        let mut of_its_kind = candidates.iter().filter(|site| site.level() == best.level());
        let rivals = of_its_kind.any(|site| site.used_by > 0 && site.id_ty != best.id_ty);
        if rivals { Err("identity".to_string()) } else { Ok(Some(best)) }
    }

    /// The state's type as code spells it, without `Arc`.
    pub fn state(&self) -> Option<&Ty> {
        self.app.place.as_ref().ok().map(|place| &place.state)
    }
}

fn case(app: &AppFindings, answers: &Answers) -> Case {
    // What could not be read may make Customers too, at another time.
    let mut unknown = !app.stripe_unexplained.is_empty();
    let mut seen = Case::Nowhere;
    for site in customers(app) {
        if unreached(app, site) {
            unknown = true;
        } else if !within_signup(app, site) || elsewhere(app, site) {
            return Case::AtPurchase;
        }
        seen = Case::AtSignup;
    }
    if unknown {
        return match answers.get("customer-made") {
            Some(answer) if answer.value == "at-signup" => Case::AtSignup,
            Some(_) => Case::AtPurchase,
            None => Case::Unknown,
        };
    }
    let sells = app.stripe.iter().any(|site| site.call.decoy.is_none());
    match seen {
        Case::Nowhere if sells => Case::AtPurchase,
        _ => seen,
    }
}
