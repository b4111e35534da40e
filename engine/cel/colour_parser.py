"""Labels from this very picture: colour histograms learned from it, priors in the face's frame, an edge-aware mean field."""
# ruff: noqa
# mypy: ignore-errors
import math
import numpy as np, cv2
from engine.cel.parse import Beard, Facts, Hair, Label, Regions

def sst(x, a, b):
    t = np.clip((x - a) / (b - a), 0, 1)
    return t * t * (3 - 2 * t)

OVAL = [10,338,297,332,284,251,389,356,454,323,361,288,397,365,379,378,400,377,152,148,176,149,150,136,172,58,132,93,234,127,162,21,54,103,67,109]
BG, SKIN, HAIR, CLO = range(4)
R, LR = 200, 134

class _F:
    def __init__(s, f):
        s.u, s.yaw, s.vch, s.vto, s.o2, s.ux, s.uy = f.unit, f.yaw, f.chin, f.top, f.origin, f.right, f.down
        s.U, s.V = f.maps(R)

class ColourParser:
    def parse(self, rgb, sight):
        face = sight.face
        s = cv2.bilateralFilter(cv2.resize(rgb, (R, R), interpolation=cv2.INTER_AREA), 5, 22, 3)
        lab = cv2.cvtColor(s.astype(np.float32)/255, cv2.COLOR_RGB2LAB)
        q, info = label(lab, cv2.resize(sight.person, (R, R), interpolation=cv2.INTER_AREA), face.mesh, _F(face.frame), 1-face.female)
        q = np.clip(cv2.resize(q, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR), 0, 1)
        q = np.dstack([q, np.zeros(q.shape[:2], np.float32)]); q /= q.sum(-1, keepdims=True)
        m = cv2.erode((q[..., HAIR] > .6).astype(np.uint8), np.ones((7, 7)))
        full = cv2.resize(lab, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        hc = np.median(full[m > 0], 0) if (m > 0).sum() > 50 else info['hmed']
        kind = Hair.BALD if info['bald'] else Hair.SHORT if info['short'] else Hair.LONG
        return Regions(q.astype(np.float32), Facts(hair=kind, skin_colour=np.float32(info['skin']), hair_colour=np.float32(hc), greyscale=bool(np.hypot(lab[...,1],lab[...,2]).mean()<3)))

def poly(shape, pts):
    m = np.zeros(shape, np.uint8)
    cv2.fillPoly(m, [np.round(np.asarray(pts)*16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    return m

def hist(idx, w=None, n=16):
    """Smoothed colour histogram over n^3 bins -> log density."""
    h = np.bincount(idx, w, minlength=n**3).reshape(n, n, n).astype(np.float32)
    k = np.float32([.27, .46, .27]) if False else np.float32([.06, .24, .4, .24, .06])
    for ax in range(3):
        m = np.moveaxis(h, ax, 0)
        p = np.pad(m, ((2, 2), (0, 0), (0, 0)))
        m = sum(k[i]*p[i:i+n] for i in range(5))
        h = np.moveaxis(m, 0, ax)
    s = h.sum()
    return np.log(h.ravel()/(s+1e-6)+2e-6) if s > 8 else None

def quant(L):
    a = np.clip(L[..., 0]*(15.99/100), 0, 15).astype(np.int32)
    b = np.clip((L[..., 1]+32)*(16/80), 0, 15).astype(np.int32)
    c = np.clip((L[..., 2]+32)*(16/96), 0, 15).astype(np.int32)
    return (a*16+b)*16+c

def guided(I, p, r, eps):
    """Grey guided filter on a stack of planes."""
    bx = lambda z: cv2.blur(z, (2*r+1, 2*r+1))
    mI = bx(I)
    vI = bx(I*I)-mI*mI+eps
    out = np.empty_like(p)
    mp, mIp = bx(p), bx(p*I[..., None])
    a = (mIp-mp*mI[..., None])/vI[..., None]
    b = mp-a*mI[..., None]
    return bx(a)*I[..., None]+bx(b)

def softmax4(e):
    m = np.maximum(np.maximum(e[..., 0], e[..., 1]), np.maximum(e[..., 2], e[..., 3]))
    q = np.exp(e-m[..., None])
    q /= (q[..., 0]+q[..., 1]+q[..., 2]+q[..., 3])[..., None]
    return q

def main_person(pm, f, U, V, sc):
    """Keep the blob that holds the face; cut what a body cannot reach."""
    m = (pm > .45).astype(np.uint8)
    m = cv2.morphologyEx(m, cv2.MORPH_OPEN, np.ones((5, 5)))
    n, cc = cv2.connectedComponents(m)
    hi = pm.shape[0]-1
    x, y = np.clip(f.o2*sc, 0, hi).astype(int)
    c = np.clip((f.o2+f.uy*f.u*.2)*sc, 0, hi).astype(int)
    k = {cc[y, x], cc[c[1], c[0]]}-{0}
    keep = np.isin(cc, list(k)).astype(np.uint8) if k else m
    keep = cv2.dilate(keep, np.ones((7, 7)))
    au = np.abs(U)
    lim = np.where(V < f.vch-.1, 1.02, 1.02+(V-f.vch+.1)*3.2)
    return pm*keep*(1-sst(au, lim, lim+.12))

def label(lab2, pm, P, f, male=.5, rounds=3):
    """lab2: float Lab at R x R; pm: person probability at R x R. -> prob (R,R,4), info dict"""
    r, u = LR, f.u
    sc = r/400
    small = lambda m: cv2.resize(m, (r, r), interpolation=cv2.INTER_AREA)
    lab2, pm, U, V = small(lab2), small(pm), small(f.U), small(f.V)
    p2 = P[:, :2]*sc
    ov = p2[OVAL]
    fm = poly((r, r), ov)
    pm = main_person(pm, f, U, V, sc)
    per = pm > .5
    k = 1/(sc*u)
    dout = cv2.distanceTransform((fm < 128).astype(np.uint8), cv2.DIST_L2, 5)*k
    din = cv2.distanceTransform((fm >= 128).astype(np.uint8), cv2.DIST_L2, 5)*k
    au = np.abs(U-f.yaw*-.25)              # the skull trails the nose
    vch, vto = f.vch, f.vto
    face = fm >= 128
    # skin colour from the middle of the face
    core = poly((r, r), p2[[50, 101, 118, 6, 347, 330, 280, 425, 206+219, 205]]) > 128
    fore = poly((r, r), p2[[67, 109, 10, 338, 297, 334, 9, 105]]) > 128
    chk = lab2[core]
    skin = np.median(chk, 0) if len(chk) else np.array([65, 14, 16.])
    fo = lab2[fore]
    d = (lab2-skin)/np.float32([15, 8, 9])
    dsk = np.sqrt((d*d).sum(-1))
    # --- texture
    g = cv2.GaussianBlur(lab2[..., 0], (0, 0), 1)
    gx, gy = cv2.Sobel(g, cv2.CV_32F, 1, 0), cv2.Sobel(g, cv2.CV_32F, 0, 1)
    tex = np.sqrt(cv2.GaussianBlur(gx*gx+gy*gy, (0, 0), 2.2))*.8
    # --- seeds
    cap = per & (V < vto+.10) & (dout > .03) & (dout < .26) & (au < .62)
    side = per & (V < .12) & (V > -.45) & (dout > .05) & (dout < .20)
    capskin = float((dsk[cap] < 1.5).mean()) if cap.sum() > 30 else 0.
    smooth = float(np.median(tex[cap])/(np.median(tex[core])+6)) if cap.sum() > 30 else 0.
    hs = (cap | side) & (dsk > 1.6)
    if hs.sum() < 40: hs = cap
    hmed = np.median(lab2[cap], 0) if cap.sum() > 20 else np.array([20, 4, 6.])
    dh = float(np.linalg.norm((hmed-skin)*[.6, 1, 1]))
    top = per & (V < vto) & (au < .5)
    headroom = float(vto-np.percentile(V[top], 2)) if top.sum() > 30 else 0.
    chr_ = np.hypot(lab2[..., 1], lab2[..., 2])
    ear = per & (V < -.10) & (V > -.42) & (dout > .03) & (dout < .16)
    sideskin = float((dsk[ear] < 1.5).mean()) if ear.sum() > 20 else 1.
    bald = capskin > .62 and sideskin > .55 and smooth < 1.0 and dh < 11 and male > .5
    info = dict(short=False, long=0., skin=skin, hmed=hmed, capskin=capskin, smooth=smooth, dh=dh, sideskin=sideskin, bald=bald, headroom=headroom, dout=dout, fm=fm, dsk=dsk, pm=pm)
    # --- colour models
    idx = quant(lab2)
    tx = np.clip(tex*.6, 0, 15).astype(np.int32)
    sk_s = (face & (V > vto*.55) & (V < .45) & (din > .03) & (dsk < 2.6)) | (fore & (dsk < 1.6))
    hue = np.arctan2(lab2[..., 2], lab2[..., 1])
    cch = np.hypot(*skin[1:])
    chr_ = np.hypot(lab2[..., 1], lab2[..., 2])
    skinhue = (np.abs(hue-np.arctan2(skin[2], skin[1])) < .24) & (chr_ > .5*cch) & (chr_ < 1.8*cch) & (lab2[..., 0] > .5*skin[0]) & (male < .6)
    if hs.sum() < 5: hs = face & (V < vto*.6)
    if hs.sum() < 5: hs = face
    hm0 = np.median(lab2[hs], 0)
    hsd = np.maximum(lab2[hs].std(0), [7, 4, 5])
    dhair = np.sqrt((((lab2-hm0)/hsd)**2).mean(-1))
    hairlike = (dhair < 1.1) & (male < .6) & (au < .95) & (V < vch+.9)
    cl_s = per & (V > vch+.42) & (dsk > 1.9) & ~skinhue & ~hairlike
    neck = per & (au < .30) & (V > vch+.06) & (V < vch+.30) & (dsk < 2.)
    bg_s = (pm < .08) & (dout > .1)
    w = np.ones(r*r, np.float32)
    # --- priors
    z = np.zeros((r, r), np.float32)
    lp = np.log(np.clip(pm, .004, .996)/np.clip(1-pm, .004, .996))
    out_h = sst(dout, .42, .75)
    ctex = float(np.median(tex[core])) if core.any() else 4.
    hairy = np.clip(np.maximum(sst(dsk, 1.0, 1.9), sst(tex, 1.4*ctex+4, 2.4*ctex+10)), .04, 1)
    p_bg = -1.3*lp-12*face-4*((au < .26) & (V > vch) & (V < vch+.3))
    p_sk = z-.3
    p_sk = np.where(face, np.where(V > -.18, 5., 1.2), p_sk+1.5*((V < -.15) & (dout < .10) & (au < .42)))
    p_sk = p_sk+1.2*(sst(-np.abs(V-.05), -.3, -.2)*(dout < .12))*(~face)
    p_sk = p_sk+np.where((V > vch-.05) & (au < .36) & (V < vch+.45), 2.2, 0)-1.2*((V > vch+.75) & ~face)
    p_sk = p_sk-(0 if bald else 1)*(1.5*sst(vto+.06-V, 0, .05)*hairy+14*sst(vto+.02-V+.25*au*au, .03, .16)*np.where(V > vto-.30+.5*au*au, hairy, 1.))
    p_sk = p_sk-8*((dout > .14) & (V < vch-.05))*(not bald)
    p_sk = p_sk+3.4*(skinhue & ~hairlike & (V > vch) & ~face & (tex < 4*ctex+12))
    p_sk = p_sk-3.5*((V > vch+.35) & (dsk > 1.8) & ~skinhue)-(2.5*(male > .6))*sst(V, vch+.3, vch+.5)
    p_hr = np.where(face, np.where(V > -.10, -9., -.6-2.*(V > vto*.62)), 0.)
    p_hr = p_hr+2.2*sst(-V, -.25, .2)*(dout < .45)*np.where(V < vto*.7, sst(vto+.04-V+.3*au*au, .02, .16), 1)-7*out_h*(V < vch)-(.3+1.9*(male > .6))*sst(V, vch, vch+.7)
    p_hr = p_hr-5*((au < .30) & (V > vch-.12))-5*sst(au, .85, 1.15)
    p_hr = p_hr-(1.2+2.0*(male > .8))*sst(V, .30, .55)*(male > .5)
    if bald: p_hr = p_hr-9*(V < 0)-3
    p_cl = -9*(1-sst(V, vch-.10, vch+.22))+1.6*sst(V, vch+.2, vch+.6)-1.5*((au < .28) & (V < vch+.30))-2.*hairlike*(V > vch)
    pri = np.dstack([p_bg, p_sk, p_hr, p_cl]).astype(np.float32)
    ww = np.float32(.85)
    def unary(seeds, conf=1.):
        lk = np.empty((r, r, 4), np.float32)
        for i, s in enumerate(seeds):
            h = hist(idx[s > 0], None if s.dtype == bool else s[s > 0])
            if h is None:
                lk[..., i] = -9.5
                continue
            lk[..., i] = h[idx]
        return lk
    tl = np.zeros((r, r, 4), np.float32)    # texture: skin is smooth
    tl[..., SKIN] = np.where(tex > 9, -1.2, np.where(tex < 3, .5, 0))*(~face | (V < -.25))
    tl[..., HAIR] = np.where(tex < 1.6, -.5, .2)
    lum = lab2[..., 0]/100
    chroma = np.hypot(lab2[..., 1], lab2[..., 2])/60
    seeds = [bg_s, sk_s | neck, hs, cl_s]
    q = None
    for it in range(rounds):
        lk = unary(seeds)
        e = ww*lk+pri+tl
        if q is not None: e = e+1.2*q
        e *= np.float32(.8)
        q = softmax4(e)
        for _ in range(2 if it == rounds-1 else 1):
            s = .5*guided(lum, q, 4, 1.5e-3)+.5*guided(chroma, q, 6, 1.5e-3)
            q = softmax4(e+np.float32(3.2)*s)
        if it == 0 and not bald:                # long or short? measured beside the jaw
            zone = (au > .40) & (au < .66) & (dout > .02) & (V > .32) & (V < vch)
            hz = [float(q[..., HAIR][zone & (U*sg > 0)].mean()) if (zone & (U*sg > 0)).any() else 0. for sg in (-1, 1)]
            info['long'] = long_ = max(hz)
            near = (dout > .03) & (dout < .10) & (V > .14) & (V < .40)
            own = (q[..., HAIR] > .6) & (V < -.15) & (au < .62)
            oc = np.median(lab2[own], 0) if own.sum() > 40 else hm0
            dif = np.abs(lab2-oc)
            alien = (dif[..., 0] > 17) | (dif[..., 1] > 10) | (dif[..., 2] > 13)
            for sg in (-1, 1):                  # a neighbour, a dark wall or a shirt is not this person's long hair
                far = (q[..., HAIR] > .6) & (V > .12) & (U*sg > .42)
                z = near & (U*sg > 0)
                fm_ = np.median(lab2[far], 0)-oc if far.sum() > .05*(u*sc)**2 else np.zeros(3)
                foreign = (abs(fm_[0]) > 17 or abs(fm_[1]) > 10 or abs(fm_[2]) > 13) and (male > .5 or not z.any() or q[..., HAIR][z].mean() < .45)
                wide = ((q[..., HAIR] > .6) & (np.abs(V+.12) < .22) & (U*sg > .60)).sum()
                if foreign:
                    bad = (q[..., HAIR] > .4) & alien & (U*sg > .40) & (dout > .10) & ((V > .02) | (U*sg > .60))
                    pri[..., BG] += 14*cv2.dilate(bad.astype(np.uint8), np.ones((7, 7)))*(dout > .10)*(V < vch+.1)
                if foreign or male > .5 and z.any() and (q[..., HAIR][z].mean() < .62 or wide < 8):
                    pri[..., HAIR] -= 8*(V > .02)*(U*sg > 0)*sst(dout, .10, .2)
                    hz[(sg+1)//2] = 0.
            long_ = info['long'] = max(hz)
            if long_ < (.30 if male > .6 else .12):
                pri[..., HAIR] -= 7*sst(V, .12, .42)+9*sst(au, .60, .72)*(V > -.3)
                pri[..., CLO] -= 9*((V < vch-.06) & (au > .6))
                info['short'] = True
        if it < rounds-1:
            c = np.where(q > .8, q, 0).astype(np.float32)
            if info['long'] > .3:               # long hair falls over the clothes: keep its colours out of theirs
                falls = (lk[..., HAIR] > lk[..., CLO]-1.) & (au < 1.) & (V > vch)
                c[..., CLO] *= ~falls
                if it == 0: pri[..., CLO] -= 1.8*falls
            seeds = [np.maximum(c[..., BG], bg_s*1.), np.maximum(c[..., SKIN]*(face | (V > vch-.1)), (sk_s | neck)*1.), c[..., HAIR]*np.maximum(.1, sst(dsk, .7, 1.7)), c[..., CLO]]
    q = tidy(q, V, u*sc, face, au, bald)
    return cv2.resize(q, (R, R), interpolation=cv2.INTER_CUBIC), info

def area_open(m, amin, keep=None):
    n, cc, st, _ = cv2.connectedComponentsWithStats(m.astype(np.uint8))
    ok = st[:, 4] >= amin
    ok[0] = False
    if keep is not None:
        for i in range(1, n):
            ok[i] &= bool(keep[cc == i].any())
    return ok[cc]

def tidy(q, V, u, face, au, bald):
    """No specks, no holes, hair hangs from the head."""
    q = cv2.GaussianBlur(q, (0, 0), max(.8, u*.012))
    lab = np.argmax(q, -1).astype(np.uint8)
    lab = cv2.medianBlur(lab, 5)
    a = int(u*u*.012)
    hair = area_open(lab == HAIR, a*2, (V < .15) & (au < .85))
    for i in (BG, SKIN, CLO):
        m = lab == i
        small = m & ~area_open(m, a)
        lab[small] = 255
    lab[(lab == HAIR) & ~hair] = 255
    if (lab == 255).any():                # refill from neighbours
        k = np.stack([cv2.GaussianBlur((lab == i).astype(np.float32), (0, 0), 4) for i in range(4)], -1)
        k[..., HAIR] *= cv2.dilate(hair.astype(np.uint8), np.ones((9, 9)))
        lab[lab == 255] = np.argmax(k, -1)[lab == 255]
    one = np.eye(4, dtype=np.float32)[lab]
    return cv2.GaussianBlur(one, (0, 0), 1.2)
