use with_sea_orm as host;

include!("../../host/migrates.rs");
