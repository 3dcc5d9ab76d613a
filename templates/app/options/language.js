//: before     return config && boot(config, fetchToken);
    // The page's own, as in `<html lang="de">`; one that the product has not is ignored.
    const language = document.documentElement.lang.split('-')[0];
    if (config && language) config.language = language;
