//! Calls to Stripe through async-stripe 0.x: `Customer::create(&client, CreateCustomer { … })` and its kin.
//!
//! The parameters are a struct literal in the call, or a local made by `CreateCustomer::new()` and assigned to. Near
//! misses: `Customer` of another crate, a project's own `Customer::create`, retrieving and listing, creations in tests.

use std::collections::BTreeMap;

use syn::Expr;

use crate::survey::facts::StripeCall;
use crate::survey::stripe::form::ParamsForm;
use crate::survey::stripe::http::locals::names_in;
use crate::survey::stripe::names::{canonical, deed, last_two, object};
use crate::survey::stripe::params::{Fields, read_params};
use crate::survey::stripe::site::{Keys, Said, Standing, StripeSite};
use crate::survey::walk::{Around, Place, Recogniser};
use crate::target::At;
use crate::target::index::{FunctionId, Ty, segments};

/// A call as read where it stands; functions that make its parameters are not looked at yet.
pub struct Made {
    pub object: &'static str,
    pub verb: &'static str,
    pub client: &'static str,
    /// The call.
    pub at: At,
    /// Its parameters.
    pub params_at: Option<At>,
    pub params: ParamsForm,
    pub fields: Fields,
    /// Keys of the metadata that can be read off.
    pub metadata: Vec<String>,
    /// True if Cello's module gives metadata.
    pub cello: bool,
    /// True if it acts for a connected account.
    pub connected: bool,
    pub standing: Standing,
}

/// What each function sets of the parameters it makes, by the parameters' type.
pub type Makers = BTreeMap<(FunctionId, String), Fields>;

impl Made {
    /// The finished site.
    pub fn site(mut self, makers: &Makers) -> StripeSite {
        let ty = |verb: &str| {
            let verb = verb[..1].to_ascii_uppercase() + &verb[1..];
            makers
                .keys()
                .map(|(_, ty)| ty)
                .find(|ty| deed(ty).is_some_and(|(object, _)| object == self.object && ty.starts_with(&verb)))
        };
        let ty = ty(self.verb).cloned().unwrap_or_default();
        for maker in std::mem::take(&mut self.fields.makers) {
            match makers.get(&(maker, ty.clone())) {
                Some(fields) => self.fields.join(fields),
                None => self.fields.open = true,
            }
        }
        let fields = &self.fields;
        let has = |name: &str| fields.has(name);
        let call: StripeCall = Said {
            object: self.object,
            verb: self.verb,
            client: self.client,
            keys: Keys {
                has: &has,
                mode: fields.mode.clone(),
                open: fields.open,
                metadata: self.metadata,
                cello: self.cello,
            },
            connected: self.connected,
            decoy: None,
        }
        .listed(self.at, self.params_at);
        self.standing.site(call, self.params, None)
    }
}

/// Collects calls, and what functions set that make parameters.
#[derive(Default)]
pub struct Calls {
    /// All calls, tests' included.
    pub made: Vec<Made>,
    /// What functions set.
    pub makers: Makers,
}

impl Recogniser for Calls {
    fn expression(&mut self, expr: &Expr, place: &Place<'_, '_>) {
        match expr {
            Expr::Call(call) => self.call(call, place),
            Expr::Struct(literal) => {
                let path = canonical(place.scope, &segments(&literal.path));
                if let Some(ty) = path.as_deref().and_then(|path| path.rsplit("::").next())
                    && deed(ty).is_some()
                {
                    self.maker(ty, place).join(&Fields::of(literal));
                }
            }
            Expr::Assign(assign) => {
                if let Expr::Field(field) = &*assign.left
                    && let syn::Member::Named(name) = &field.member
                    && let Ty::Path { path, .. } = place.scope.infer(&field.base).behind_pointers()
                    && let Some(ty) = path.last().filter(|ty| deed(ty).is_some())
                {
                    self.maker(ty, place).set(Some(name.to_string()), &assign.right);
                }
            }
            _ => {}
        }
    }
}

impl Calls {
    fn maker(&mut self, ty: &str, place: &Place<'_, '_>) -> &mut Fields {
        self.makers.entry((place.function, ty.to_string())).or_default()
    }

    fn call(&mut self, call: &syn::ExprCall, place: &Place<'_, '_>) {
        let Expr::Path(func) = &*call.func else {
            return;
        };
        let Some(canonical) = canonical(place.scope, &segments(&func.path)) else {
            return;
        };
        let Some((ty, function)) = last_two(&canonical) else {
            return;
        };
        if deed(ty).is_some() && ["new", "default"].contains(&function) {
            self.maker(ty, place);
        }
        let verb = match function {
            "list" => Some("search"),
            other => ["create", "update", "search"].into_iter().find(|verb| *verb == other),
        };
        let (Some(object), Some(verb)) = (object(ty), verb) else {
            return;
        };
        let params = call.args.iter().nth(if verb == "update" { 2 } else { 1 });
        let (form, fields) = match params {
            Some(params) => read_params(params, place),
            None => (ParamsForm::Unreadable("it has no parameters"), Fields::default()),
        };
        let range = place.parsed.range(call);
        let start = range.start;
        self.made.push(Made {
            object,
            verb,
            client: "async-stripe-0",
            at: place.text.at(range),
            params_at: form.range().map(|range| place.text.at(range)),
            metadata: form.metadata_keys().to_vec(),
            cello: form.calls_cello(),
            connected: call.args.first().is_some_and(|client| is_for_connected_account(client, place)),
            standing: Standing::at(start, form.insertion().unwrap_or(start), place),
            params: form,
            fields,
        });
    }
}

/// `&client.with_stripe_account(id)`, or a local or function that is made or named so, acts for a connected account.
pub fn is_for_connected_account(client: &Expr, place: &Place<'_, '_>) -> bool {
    const SIGNS: [&str; 5] =
        ["with_stripe_account", "with_account", "connected", "stripe_account", "StripeAccount"];
    let says = |text: &str| SIGNS.iter().any(|sign| text.contains(sign));
    let text = &place.text.text[place.parsed.range(client)];
    if says(text) {
        return true;
    }
    let name = text.trim_start_matches(['&', ' ']).split(['.', '(']).next().unwrap_or_default();
    let declared = place.around.iter().filter_map(|around| match around {
        Around::Block(block, number) => Some(&block.stmts[..*number]),
        _ => None,
    });
    declared.flatten().any(|stmt| match stmt {
        syn::Stmt::Local(local) => {
            names_in(&local.pat).iter().any(|own| own == name)
                && says(&place.text.text[place.parsed.range(local)])
        }
        _ => false,
    })
}
