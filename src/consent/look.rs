#[cfg(test)]
mod tests {
    use crate::consent::fixture::*; use crate::consent::*; use std::fs;
    #[test] fn look() {
        let out = "/tmp/consent-shots/out"; fs::create_dir_all(format!("{out}/assets")).unwrap();
        for f in [&*super::super::assets::GUARD, &*super::super::assets::BANNER, &*super::super::assets::FRAME, &*super::super::assets::PAGE] { fs::write(format!("{out}/assets/{}", f.name), &f.text).unwrap(); }
        let q = Fixture::quebec(); let m = Fixture::morocco();
        for (fx, langs, tag) in [(&q, vec!["fr","en"], "q"), (&m, vec!["ar","fr"], "m")] { for l in langs {
            for (name, d) in [("unasked", fx.unasked()), ("refused", fx.saved(&[], &[])), ("granted", fx.saved(&["analytics"], &["youtube"])), ("once", fx.on_sensitive())] {
                let v = fx.view(l, &d); let yt = youtube();
                let fr = Frame { vendor: Some(&yt), url: "https://www.youtube.com/embed/abc", width: Some("560"), height: Some("315"), title: Some("Visite de la clinique"), ..Default::default() };
                let un = Frame { url: "https://frames.example/x", width: Some("300"), ..Default::default() };
                let site = format!("<!DOCTYPE html><html lang={l} dir={}><head>{}<meta charset=utf-8><meta name=viewport content='width=device-width'><style>body{{font:18px/1.6 Georgia;margin:0;color:#234}}header{{background:#d7e7ee;padding:60px 30px}}main{{max-width:800px;padding:30px}}paravent-consent{{display:none!important;color:red}}*{{--ink:red}}</style><title>Clinique</title></head><body>{}<header><h1>Clinique de l’Exemple</h1></header><main><p>Lorem ipsum dolor sit amet.</p><form><input id=nom></form><button data-privacy-open>Témoins</button>{}<p>Suite du texte.</p>{}</main><script>window.errors=[];try{{gtag('event','x',{{event_callback:()=>window.called=1}});fbq('track','PageView');dataLayer.push({{a:1}});hj('x')}}catch(e){{errors.push(''+e)}}document.cookie='_fbp=1';document.cookie='_ga_X=1';document.cookie='own=1';localStorage.setItem('_hjLocal','1');localStorage.setItem('own','1');</script></body></html>",
                    if l=="ar" {"rtl"} else {"ltr"}, head_start(&fx.site, &d, OriginPolicy::Absent), banner(&v), placeholder(&v, &fr), placeholder(&v, &un));
                fs::write(format!("{out}/{tag}-{l}-{name}.html"), site).unwrap();
                fs::write(format!("{out}/{tag}-{l}-{name}.json"), state_json(&d)).unwrap();
                let known = KnownOfVisitor { network: "203.0.113.0/24", region: Some("Québec"), language: l, device: "computer" };
                fs::write(format!("{out}/{tag}-{l}-{name}-privacy.html"), privacy_page(&v, &known)).unwrap();
            }
            fs::write(format!("{out}/{tag}-{l}-error.html"), error_page(ErrorKind::BadGateway, l, Some("clinique.example"))).unwrap();
            let d = fx.unasked();
            fs::write(format!("{out}/{tag}-{l}-guardian.html"), guardian_page(&fx.view(l, &d), &Press { act: Some(Act::Accept), ..Default::default() })).unwrap();
            let b = banner(&fx.view(l, &d)); fs::write(format!("{out}/{tag}-{l}-banner.txt"), &b).unwrap(); 
            fs::write(format!("{out}/{tag}-{l}-head.txt"), head_start(&fx.site, &d, OriginPolicy::Absent)).unwrap();
        }}
    }
}
