fn main(){ let p=std::env::args().nth(1).unwrap(); let t=std::fs::read_to_string(p).unwrap();
 let s=std::time::Instant::now(); let mut n=0; for l in t.lines(){ for f in yipan_text::mask::find(l){ n+=1; if n<60 {eprintln!("{:?} {}",f.kind,&l[f.range.clone()]);} } }
 eprintln!("{n} {:?} bytes {}",s.elapsed(),t.len()); }
