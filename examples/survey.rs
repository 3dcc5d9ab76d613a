fn main() {
    let path = std::env::args().nth(1).unwrap();
    let target = cello_scaffold::target::Target::open(path.as_ref(), None).unwrap();
    let findings = cello_scaffold::survey::survey(&target);
    println!("{}", serde_json::to_string_pretty(&findings.survey).unwrap());
    for app in &findings.apps {
        eprintln!("krate {} root {} place {:?}", app.krate, app.root_file, app.place);
        eprintln!("pool {:?} loaders {:?} env {:?}", app.pool, app.loaders, app.environment);
        for s in &app.signups { eprintln!("SIGNUP {} {:?} decoy {:?}\n   note {:?}", s.signup.id, s.signup.at.line, s.signup.decoy, s.note.as_ref().map(|n| n.iter().map(|n| (n.anchor.file.clone(), n.at.line, format!("{:?}", n.anchor.kind), n.db.expr.clone(), n.id.expr.clone(), n.id.ty.to_string())).collect::<Vec<_>>())); }
        for s in &app.stripe { eprintln!("STRIPE {} {:?} form {:?} notaw {:?}", s.call.id, s.call.at.line, s.params, s.not_awaitable); }
        for s in &app.identity { eprintln!("IDENT {} rank {} {} to_user {:?} {} {} email {:?}", s.identity.id, s.identity.rank, s.identity.reason, s.to_user, s.id_field, s.id_ty, s.identity.email); }
    }
}
