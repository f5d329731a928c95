/**
 * A file of the page. Made by `deno task page` from its sources in `lib/web/page`.
 *
 * @module
 */

/** Its text. */
export const TEXT = `var n;
var t;
var r;
var u;
var i;
var f;
var o;
var e;
var l;
var c;
var a;
var s;
var h = Symbol.for("pv");
var p = {};
var y = [];
var v = /^m(i|n|o|s|text|space)$/;
var w = Array.isArray;
var d = y.slice;
var _ = Object.assign;
function g(n2) {
  n2 && n2.parentNode && n2.remove();
}
function m(r3, u4, i3, f4, o4) {
  var e3 = {
    type: r3,
    props: u4,
    key: i3,
    ref: f4,
    __k: null,
    __: null,
    __b: 0,
    __e: null,
    __c: null,
    constructor: h,
    __v: o4 || ++t,
    __i: -1,
    __u: 0
  };
  return !o4 && n.vnode && n.vnode(e3), e3;
}
function $(n2) {
  return n2.children;
}
function x(n2, t3) {
  this.props = n2, this.context = t3, this.__g = 0;
}
function S(n2, t3) {
  if (null == t3) return n2.__ && S(n2.__, n2.__i + 1);
  for (var r3; t3 < n2.__k.length; t3++) if ((r3 = n2.__k[t3]) && r3.__e) return r3.__e;
  return "function" != typeof n2.type || n2.props.__P ? null : S(n2);
}
function C(t3) {
  var r3, u4 = t3.__v, i3 = u4.__e, f4 = [], o4 = [], e3 = t3.__P;
  e3 && ((r3 = _({
    constructor: h
  }, u4)).__v = u4.__v + 1, n.vnode && n.vnode(r3), z(e3, r3, u4, t3.__n, e3.namespaceURI, 32 & u4.__u ? [
    i3
  ] : null, f4, i3 || S(u4), 32 & u4.__u, o4), r3.__v = u4.__v, r3.__.__k[r3.__i] = r3, E(f4, r3, o4), u4.__ = u4.__e = null, r3.__e != i3 && j(r3));
}
function j(n2) {
  if ((n2 = n2.__) && n2.__c && !n2.props.__P) return n2.__e = null, n2.__k.some(function(t3) {
    return t3 && (n2.__e = t3.__e);
  }), j(n2);
}
function L(t3) {
  (8 & t3.__g || (t3.__g |= 8, u.push(t3), f++)) && i == n.debounceRendering || ((i = n.debounceRendering) || queueMicrotask)(H);
}
function H() {
  try {
    for (var n2, t3 = 1; u.length; ) u.length > t3 && u.sort(o), n2 = u.shift(), t3 = u.length, 8 & n2.__g && C(n2);
  } finally {
    (f = u.length) && (i || queueMicrotask)(H);
  }
}
function I(n2, t3, r3, u4, i3, f4, o4, e3, l3, c3, a4) {
  var s3, h3, v3, w3, d3, _3, g3 = u4.__k || y, k2 = t3.length;
  for (l3 = q(r3, t3, g3, l3, k2), s3 = 0; s3 < k2; s3++) null != (v3 = r3.__k[s3]) && (h3 = ~v3.__i && g3[v3.__i] || p, v3.__i = s3, _3 = z(n2, v3, h3, i3, f4, o4, e3, l3, c3, a4), w3 = v3.__e, (h3.ref != v3.ref || 8 & h3.__u) && (h3.ref && G(h3.ref, null, v3, h3), v3.ref && a4.push(v3.ref, v3.__c || w3, v3)), d3 = d3 || w3, 4 & v3.__u ? (l3 = A(v3, l3, n2, !h3.__v), h3.__e && (h3.__e = null)) : "function" == typeof v3.type && void 0 !== _3 ? l3 = _3 : w3 && (l3 = w3.nextSibling), v3.__u &= -21);
  return r3.__e = d3, l3;
}
function q(n2, t3, r3, u4, i3) {
  var f4, o4, e3, l3, c3, a4, s3, p3, y3, v3 = r3.length, d3 = v3, _3 = 0, g3 = 0, k2 = n2.__k = Array(i3);
  for (f4 = 0; f4 < i3; f4++) null != (o4 = t3[f4]) && "boolean" != typeof o4 && "function" != typeof o4 ? ("object" != typeof o4 || o4.constructor === String ? o4 = k2[f4] = m(null, o4) : w(o4) ? o4 = k2[f4] = m($, {
    children: o4
  }) : o4.constructor === h && o4.__b ? o4 = k2[f4] = m(o4.type, o4.props, o4.key, o4.ref, o4.__v) : k2[f4] = o4, l3 = f4 + _3, o4.__ = n2, o4.__b = n2.__b + 1, e3 = null, ~(c3 = o4.__i = P(o4, r3, l3, d3)) && (d3--, (e3 = r3[c3]) && (e3.__u |= 2)), e3 && e3.__v ? (o4.__u |= 16, c3 == l3 - 1 ? _3-- : c3 == l3 + 1 ? _3++ : c3 != l3 && (c3 > l3 ? _3-- : _3++, g3 = 1)) : (~c3 || (i3 > v3 ? _3-- : i3 < v3 && _3++), "function" != typeof o4.type && (o4.__u |= 4))) : k2[f4] = null;
  if (g3) {
    for (a4 = [], s3 = [], f4 = 0; f4 < i3; f4++) if ((o4 = k2[f4]) && 16 & o4.__u) {
      for (_3 = 0, p3 = a4.length; _3 < p3; ) a4[y3 = _3 + p3 >> 1] < o4.__i ? _3 = y3 + 1 : p3 = y3;
      a4[_3] = o4.__i, s3[f4] = _3 + 1;
    }
    for (_3 = a4.length; f4--; ) s3[f4] && (s3[f4] == _3 ? _3-- : k2[f4].__u |= 4);
  }
  if (d3) for (f4 = 0; f4 < v3; f4++) !(e3 = r3[f4]) || 2 & e3.__u || (e3.__e == u4 && (u4 = S(e3)), J(e3, e3));
  return u4;
}
function A(n2, t3, r3, u4) {
  var i3, f4, o4, e3;
  if ("function" == typeof n2.type) {
    if (n2.props.__P) return t3;
    if (i3 = n2.__k) for (f4 = 0; f4 < i3.length; f4++) i3[f4] && (i3[f4].__ = n2, t3 = A(i3[f4], t3, r3, false));
    return t3;
  }
  for (t3 && !t3.parentNode && (t3 = S(n2)) && !t3.parentNode && (t3 = null), o4 = n2.__e, e3 = t3; e3 && 8 == e3.nodeType; ) e3 = e3.nextSibling;
  for (o4 != e3 && (!u4 && r3.moveBefore && o4.parentNode ? r3.moveBefore(o4, t3) : r3.insertBefore(o4, t3 || null)), t3 = o4; (t3 = t3 && t3.nextSibling) && 8 == t3.nodeType && !t3.data.startsWith("$s"); ) ;
  return t3;
}
function P(n2, t3, r3, u4) {
  var i3, f4 = n2.key, o4 = n2.type, e3 = t3[r3], l3 = e3 && !(2 & e3.__u);
  if (null === e3 && null == f4 || l3 && f4 == e3.key && o4 == e3.type) return r3;
  if (u4 > (l3 ? 1 : 0)) {
    for (i3 = r3 - 1; i3 >= 0; i3--) if ((e3 = t3[i3]) && !(2 & e3.__u) && f4 == e3.key && o4 == e3.type) return i3;
    for (i3 = r3 + 1; i3 < t3.length; i3++) if ((e3 = t3[i3]) && !(2 & e3.__u) && f4 == e3.key && o4 == e3.type) return i3;
  }
  return -1;
}
function T(n2, t3, r3) {
  null == r3 && (r3 = ""), "-" == t3[0] ? n2.setProperty(t3, r3) : n2[t3] = r3;
}
function N(n2, t3, r3, u4, i3) {
  var f4, o4;
  if ("style" == t3) if ("string" == typeof r3) n2.style.cssText = r3;
  else {
    if ("string" == typeof u4 && (n2.style.cssText = u4 = ""), u4) for (t3 in u4) r3 && t3 in r3 || T(n2.style, t3);
    if (r3) for (t3 in r3) u4 && r3[t3] == u4[t3] || T(n2.style, t3, r3[t3]);
  }
  else if ("o" == t3[0] && "n" == t3[1]) "function" != typeof r3 && (r3 = null), "function" != typeof u4 && (u4 = null), (n2.__e || (n2.__e = {}))[t3] = r3, r3 && u4 || (o4 = a[t3] || (a[t3] = V(t3)), (n2.__a || (n2.__a = {}))[t3] = c, f4 = t3 != (t3 = t3.replace(l, "$1")), (t3 = t3.slice(2))[0] < "a" && (t3 = t3.toLowerCase()), r3 ? n2.addEventListener(t3, o4, f4) : n2.removeEventListener(t3, o4, f4));
  else {
    if ("http://www.w3.org/2000/svg" == i3) t3 = t3.replace(/xlink(H|:h)/, "h").replace(/sName$/, "s");
    else if ("width" != t3 && "height" != t3 && "href" != t3 && "list" != t3 && "form" != t3 && "tabIndex" != t3 && "download" != t3 && "rowSpan" != t3 && "colSpan" != t3 && "role" != t3 && "popover" != t3 && t3 in n2) try {
      return void (n2[t3] = null == r3 ? "" : r3);
    } catch (n3) {
    }
    if ("function" == typeof r3) return;
    null == r3 || false === r3 && "-" != t3[4] ? n2.removeAttribute(t3) : n2.setAttribute(t3, "popover" == t3 && 1 == r3 ? "" : r3);
  }
}
function V(t3) {
  return function(r3) {
    var u4 = this.__e;
    if (u4) {
      if (u4 = u4[t3], null == r3[e]) r3[e] = c++;
      else if (r3[e] < this.__a[t3]) return;
      return u4(n.event ? n.event(r3) : r3);
    }
  };
}
function z(t3, r3, u4, i3, f4, o4, e3, l3, c3, a4) {
  var s3, p3, v3, d3, k2, b, m3, M, C3, j2, L2, H2, q2, A3, O, P2, T3, N2, V2 = r3.type;
  if (r3.constructor !== h) return null;
  128 & u4.__u && (c3 = 32 & u4.__u, s3 = u4.__c.__z) && (r3.__u |= c3, p3 = o4 = [], 8 == s3.nodeType ? l3 = B(s3, o4) : o4.push(s3), l3 = o4[0] || l3), (s3 = n.__b) && s3(r3);
  n: if ("function" == typeof V2) {
    v3 = e3.length;
    try {
      if (M = r3.props, C3 = (s3 = V2.prototype) && s3.render, j2 = (s3 = V2.contextType) && i3[s3.__c], L2 = s3 ? j2 ? j2.props.value : s3.__ : i3, (d3 = u4.__c) ? (r3.__c = d3, 2 & d3.__g && (d3.__g |= 1)) : (C3 ? r3.__c = d3 = new V2(M, L2) : (r3.__c = d3 = new x(M, L2), d3.constructor = V2, d3.render = K), j2 && j2.sub(d3), d3.state || (d3.state = {}), d3.__n = i3, d3.__g |= 8, d3.__h = [], d3.__k = []), C3 && (d3.__s || (d3.__s = d3.state), V2.getDerivedStateFromProps && (d3.__s == d3.state && (d3.__s = _({}, d3.__s)), _(d3.__s, V2.getDerivedStateFromProps(M, d3.__s)))), k2 = d3.props, b = d3.state, d3.__v = r3, u4.__c) {
        if (M !== k2 && C3 && !V2.getDerivedStateFromProps && d3.componentWillReceiveProps && d3.componentWillReceiveProps(M, L2), r3.__v == u4.__v && !(8 & d3.__g) || !(4 & d3.__g) && d3.shouldComponentUpdate && false === d3.shouldComponentUpdate(M, d3.__s, L2)) {
          r3.__v != u4.__v && (d3.props = M, d3.state = d3.__s, d3.__g &= -9), r3.__e = u4.__e, r3.__k = u4.__k, r3.__k.some(function(n2) {
            n2 && (n2.__ = r3);
          }), y.push.apply(d3.__h, d3.__k), d3.__k = [], d3.__h.length && e3.push(d3), l3 = S(u4);
          break n;
        }
        d3.componentWillUpdate && d3.componentWillUpdate(M, d3.__s, L2), C3 && d3.componentDidUpdate && d3.__h.push(function() {
          d3.componentDidUpdate(k2, b, m3);
        });
      } else C3 && !V2.getDerivedStateFromProps && d3.componentWillMount && d3.componentWillMount(), C3 && d3.componentDidMount && d3.__h.push(d3.componentDidMount);
      d3.context = L2, d3.props = M, d3.__P = t3, d3.__g &= -5, H2 = n.__r, q2 = C3 ? 25 : 0;
      do {
        d3.__g &= -9, H2 && H2(r3), s3 = d3.render(d3.props, d3.state = d3.__s, d3.context);
      } while (8 & d3.__g && ++q2 < 25);
      C3 && (y.push.apply(d3.__h, d3.__k), d3.__k = []), d3.state = d3.__s, d3.getChildContext && (i3 = _({}, i3, d3.getChildContext())), C3 && u4.__c && d3.getSnapshotBeforeUpdate && (m3 = d3.getSnapshotBeforeUpdate(k2, b)), A3 = s3 && s3.type === $ && null == s3.key ? s3.props.children : s3, M.__P && (s3 = l3, f4 = (t3 = M.__P).namespaceURI, c3 = o4 = null, u4.props && u4.props.__P != t3 && (u4.__k.some(function(n2) {
        n2 && J(n2, n2);
      }), u4.__k = null), l3 = u4.__k ? S(u4, 0) : null), l3 = I(t3, w(A3) ? A3 : [
        A3
      ], r3, u4, i3, f4, o4, e3, l3, c3, a4), M.__P && (r3.__e = null, l3 = s3), r3.__u &= -161, p3 && p3.some(g), d3.__h.length && e3.push(d3), 1 & d3.__g && (d3.__g &= -4);
    } catch (t4) {
      if (e3.length = v3, r3.__v = null, c3 || o4) if (t4 && t4.then) {
        if (r3.__u |= 128 | c3, o4) {
          for (~(T3 = o4.indexOf(l3 || void 0)) || (T3 = o4.length); (N2 = o4[T3 - 1]) && 8 == N2.nodeType; ) T3--;
          for (; T3 < o4.length; T3++) if (N2 = o4[T3]) if (o4[T3] = null, O) {
            if (N2 == P2) break;
          } else {
            if (8 != N2.nodeType) break;
            N2.data.startsWith("$s") && (P2 = B(O = N2));
          }
        }
        if (!O) {
          for (; l3 && 8 == l3.nodeType && l3.nextSibling; ) l3 = l3.nextSibling;
          O = l3;
        }
        (s3 = B(O = r3.__c.__z || (r3.__c.__z = O))) ? (r3.__e = O, l3 = s3) : r3.__e = l3, l3 = l3 && l3.nextSibling;
      } else o4 && o4.some(g);
      else r3.__e = u4.__e;
      r3.__k || (r3.__k = u4.__k || []), t4 && t4.then || D(r3), n.__e(t4, r3, u4);
    }
  } else l3 = r3.__e = F(u4.__e, r3, u4, i3, f4, o4, e3, c3, a4, t3);
  return (s3 = n.diffed) && s3(r3), l3;
}
function B(n2, t3) {
  if (n2 && 8 == n2.nodeType && n2.data.startsWith("$s")) for (var r3 = 1; n2 = n2.nextSibling; ) {
    if (8 == n2.nodeType) {
      if (n2.data.startsWith("$s")) r3++;
      else if (n2.data.startsWith("/$s") && !--r3) return n2;
    }
    t3 && t3.push(n2);
  }
}
function D(n2) {
  n2 && (n2.__c && (n2.__c.__g |= 4), n2.__k && n2.__k.some(D));
}
function E(t3, r3, u4) {
  for (var i3 = 0; i3 < u4.length; ) G(u4[i3++], u4[i3++], u4[i3++]);
  n.__c && n.__c(r3, t3), t3.some(function(r4) {
    try {
      t3 = r4.__h, r4.__h = [], t3.some(function(n2) {
        n2.call(r4);
      });
    } catch (t4) {
      n.__e(t4, r4.__v);
    }
  });
}
function F(t3, r3, u4, i3, f4, o4, e3, l3, c3, a4) {
  var s3, h3, y3, _3, k2, b, m3, M, $2 = u4.props || p, x2 = r3.props, C3 = r3.type;
  if ("svg" == C3 ? f4 = "http://www.w3.org/2000/svg" : "math" == C3 ? f4 = "http://www.w3.org/1998/Math/MathML" : f4 || (f4 = "http://www.w3.org/1999/xhtml"), o4) {
    for (s3 = 0; s3 < o4.length; s3++) if ((k2 = o4[s3]) && (C3 ? k2.localName == C3 : 3 == k2.nodeType)) {
      t3 = k2, o4[s3] = null;
      break;
    }
  }
  if (!t3) {
    if (M = a4.ownerDocument || document, !C3) return M.createTextNode(x2);
    t3 = M.createElementNS(f4, C3, x2.is ? x2 : a4), l3 && (n.__m && n.__m(r3, o4), l3 = false), o4 = null;
  }
  if (C3) {
    if (a4 = "template" == C3 && t3.content || t3, o4 = "textarea" == C3 && null != x2.defaultValue ? null : o4 && d.call(a4.childNodes), !l3 && o4) for ($2 = {}, s3 = 0; s3 < t3.attributes.length; s3++) $2[(k2 = t3.attributes[s3]).name] = k2.value;
    for (s3 in $2) k2 = $2[s3], "dangerouslySetInnerHTML" == s3 ? y3 = k2 : "children" == s3 || s3 in x2 || "value" == s3 && "defaultValue" in x2 || "checked" == s3 && "defaultChecked" in x2 || N(t3, s3, null, k2, f4);
    for (s3 in x2) k2 = x2[s3], "children" == s3 ? _3 = k2 : "dangerouslySetInnerHTML" == s3 ? h3 = k2 : "value" == s3 ? b = k2 : "checked" == s3 ? m3 = k2 : l3 && "function" != typeof k2 || $2[s3] === k2 || N(t3, s3, k2, $2[s3], f4);
    h3 ? (l3 || y3 && (h3.__html == y3.__html || h3.__html == t3.innerHTML) || (t3.innerHTML = h3.__html), r3.__k = []) : (y3 && (t3.textContent = ""), ("foreignObject" == C3 || "http://www.w3.org/1998/Math/MathML" == f4 && v.test(C3)) && (f4 = "http://www.w3.org/1999/xhtml"), I(a4, w(_3) ? _3 : [
      _3
    ], r3, u4, i3, f4, o4, e3, o4 ? o4[0] : u4.__k && S(u4, 0), l3, c3), o4 && o4.some(g)), l3 && "textarea" != C3 || (s3 = "value", "progress" == C3 && null == b ? t3.removeAttribute(s3) : null == b || b === t3[s3] && ("progress" != C3 || b) || N(t3, s3, b, $2[s3], f4), s3 = "checked", null != m3 && m3 != t3[s3] && N(t3, s3, m3, $2[s3], f4));
  } else $2 === x2 || l3 && t3.data == x2 || (t3.data = x2);
  return t3;
}
function G(t3, r3, u4, i3) {
  try {
    "function" == typeof t3 ? r3 ? r3.__x = t3(r3) || 1 : i3 && (i3 = i3.__c || i3.__e) && (r3 = i3.__x) && (i3.__x = null, "function" == typeof r3 ? r3() : t3(null)) : t3.current = r3;
  } catch (t4) {
    n.__e(t4, u4);
  }
}
function J(t3, r3, u4) {
  var i3, f4, o4, e3;
  if (n.unmount && n.unmount(t3), !(i3 = t3.ref) || i3.current && i3.current != t3.__e || G(i3, null, r3, t3), i3 = t3.__c) {
    if (i3.componentWillUnmount) try {
      i3.componentWillUnmount();
    } catch (t4) {
      n.__e(t4, r3);
    }
    i3.__P = i3.__n = null;
  }
  if (i3 = t3.__k) for (e3 = 0; e3 < i3.length; e3++) i3[e3] && J(i3[e3], r3, "function" != typeof t3.type || u4 && !t3.props.__P);
  !u4 && (i3 = t3.__c) && (i3 = i3.__z) && (f4 = B(i3, o4 = [])) && (i3 == t3.__e && o4.some(g), g(f4), g(i3)), u4 || g(t3.__e), t3.__e = t3.__c = t3.__ = null;
}
function K(n2, t3, r3) {
  return this.constructor(n2, r3);
}
function Q(t3, r3) {
  var u4, i3, f4, o4;
  n.__ && n.__(t3, r3), 9 == r3.nodeType && (r3 = r3.documentElement), i3 = (u4 = t3 && 32 & t3.__u) ? null : r3.__k, r3.__k = m($, {
    children: [
      t3
    ]
  }), f4 = [], o4 = [], z(r3, r3.__k, i3 || p, p, r3.namespaceURI, i3 ? null : r3.firstChild ? d.call(r3.childNodes) : null, f4, i3 ? i3.__e : r3.firstChild, u4, o4), E(f4, r3.__k, o4), r3.__k.props.children = null;
}
n = {
  __e: function(n2, t3, r3, u4) {
    for (var i3, o4, e3; t3 = t3.__; ) if ((i3 = t3.__c) && !(1 & i3.__g)) {
      i3.__g |= 4;
      try {
        if ((e3 = (o4 = i3.constructor) && o4.getDerivedStateFromError) && i3.setState(o4.getDerivedStateFromError(n2)), i3.componentDidCatch && (i3.componentDidCatch(n2, u4 || {}), e3 = 1), e3 && 8 & i3.__g) return void (i3.__g |= 2);
      } catch (t4) {
        n2 = t4;
      }
    }
    throw f = 0, n2;
  }
}, t = 0, r = function(n2) {
  return null != n2 && n2.constructor === h;
}, x.prototype.setState = function(n2, t3) {
  var r3 = this.__s;
  r3 && r3 != this.state || (r3 = this.__s = _({}, this.state)), "function" == typeof n2 && (n2 = n2(_({}, r3), this.props)), n2 && (_(r3, n2), this.__v && (t3 && this.__k.push(t3), L(this)));
}, x.prototype.forceUpdate = function(n2) {
  this.__v && (this.__g |= 4, n2 && this.__h.push(n2), L(this));
}, x.prototype.render = $, u = [], f = 0, o = function(n2, t3) {
  return n2.__v.__b - t3.__v.__b;
}, e = Symbol(), l = /(PointerCapture)$|Capture$/i, c = 0, a = {}, s = 0;

var f2 = Symbol.for("pv");
var o2 = 0;
var u2 = Array.isArray;
function a2(t3, e3, n2, u4, a4, i3) {
  e3 || (e3 = {});
  var c3, l3, p3 = e3;
  if ("ref" in p3 && "function" != typeof t3) for (l3 in p3 = {}, e3) "ref" == l3 ? c3 = e3[l3] : p3[l3] = e3[l3];
  var s3 = {
    type: t3,
    props: p3,
    key: n2,
    ref: c3,
    __k: null,
    __: null,
    __b: 0,
    __e: null,
    __c: null,
    constructor: f2,
    __v: --o2,
    __i: -1,
    __u: 0
  };
  return (a4 || i3) && (s3.__source = a4, s3.__self = i3), n.vnode && n.vnode(s3), s3;
}

var BASE = /^(\\/files\\/|\\/s\\/[^/]+\\/)/;
function parsePlace({ pathname, searchParams }) {
  const [, base] = BASE.exec(pathname) ?? [];
  if (base === void 0) return null;
  const names = [];
  for (const name of pathname.slice(base.length).split("/")) {
    if (name !== "") names.push(decoded(name));
  }
  const sort = searchParams.get("sort");
  return {
    base,
    names,
    sort: sort === "size" || sort === "time" ? sort : "name",
    descending: searchParams.get("order") === "desc",
    shown: searchParams.get("show") ?? void 0
  };
}
function decoded(name) {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
function placeUrl(place) {
  const query = new URLSearchParams();
  if (place.sort !== "name") query.set("sort", place.sort);
  if (place.descending) query.set("order", "desc");
  if (place.shown !== void 0) query.set("show", place.shown);
  return \`\${folderUrl(place)}\${query.size > 0 ? \`?\${query}\` : ""}\`;
}
function folderUrl({ base, names }) {
  return base + names.map((name) => \`\${encodeURIComponent(name)}/\`).join("");
}
function entryUrl(place, { name, type }) {
  return \`\${folderUrl(place)}\${encodeURIComponent(name)}\${type === "dir" ? "/" : ""}\`;
}
function ancestor(place, depth) {
  return {
    ...place,
    names: place.names.slice(0, depth),
    shown: void 0
  };
}
function child(place, name) {
  return {
    ...place,
    names: [
      ...place.names,
      name
    ],
    shown: void 0
  };
}
function pathOf({ names }, name) {
  return [
    ...names,
    ...name === void 0 ? [] : [
      name
    ]
  ].join("/") || ".";
}

var ApiError = class extends Error {
  status;
  code;
  constructor(status, code, message) {
    super(message), this.status = status, this.code = code;
  }
};
var Api = class {
  #fetch;
  constructor(fetch2) {
    this.#fetch = fetch2;
  }
  async list(place, signal) {
    const headers = {
      accept: "application/json"
    };
    const response = await this.send(folderUrl(place), {
      headers,
      signal: signal ?? null
    });
    return await response.json();
  }
  async session(place) {
    return await (await this.send(\`/session?at=\${encodeURIComponent(folderUrl(place))}\`)).json();
  }
  async logIn(user, password) {
    const headers = {
      accept: "application/json"
    };
    const body = new URLSearchParams({
      user,
      password
    });
    await this.#act("/login", {
      method: "POST",
      headers,
      body
    });
  }
  async logOut() {
    await this.#act("/logout", {
      method: "POST",
      headers: {
        accept: "application/json"
      }
    });
  }
  async createFolder(place, name) {
    await this.#act(entryUrl(place, {
      name,
      type: "dir"
    }), {
      method: "MKCOL"
    });
  }
  async move(place, entry, to, name) {
    const destination = entryUrl(to, {
      ...entry,
      name
    });
    const headers = {
      destination,
      overwrite: "F"
    };
    await this.#act(entryUrl(place, entry), {
      method: "MOVE",
      headers
    });
  }
  async remove(place, entry) {
    await this.#act(entryUrl(place, entry), {
      method: "DELETE"
    });
  }
  async share(request) {
    const headers = {
      "content-type": "application/json"
    };
    const body = JSON.stringify(request);
    return await (await this.send("/shares", {
      method: "POST",
      headers,
      body
    })).json();
  }
  async text(url, maxBytes) {
    const response = await this.send(url, {
      headers: {
        range: \`bytes=0-\${maxBytes - 1}\`
      }
    });
    const total = Number(response.headers.get("content-range")?.split("/")[1] ?? 0);
    return [
      await response.text(),
      total > maxBytes
    ];
  }
  async #act(url, init) {
    await (await this.send(url, init)).body?.cancel();
  }
  async send(url, init = {}) {
    let response;
    try {
      response = await this.#fetch(url, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new ApiError(0, "network", "no answer");
    }
    if (response.ok) return response;
    throw await problemOf(response);
  }
};
async function problemOf(response) {
  const { status } = response;
  try {
    const { code, detail } = await response.json();
    return new ApiError(status, String(code), String(detail));
  } catch {
    return new ApiError(status, "internal", \`HTTP \${status}\`);
  }
}

var t2;
var r2;
var u3;
var i2;
var o3 = Object.is;
var f3 = 0;
var c2 = [];
var e2 = [];
var a3 = n;
var v2 = a3.__b;
var l2 = a3.__r;
var m2 = a3.diffed;
var h2 = a3.__c;
var s2 = a3.unmount;
var p2 = a3.__;
function y2(n2, t3) {
  a3.__h && a3.__h(r2, n2, f3 || t3), f3 = 0;
  var u4 = r2.__H || (r2.__H = {
    __: [],
    __h: []
  });
  return n2 >= u4.__.length && u4.__.push({}), u4.__[n2];
}
function d2(n2) {
  return f3 = 1, _2(G2, n2);
}
function _2(n2, u4, i3) {
  var f4 = y2(t2++, 2);
  if (f4.t = n2, !f4.__c && (f4.__ = [
    i3 ? i3(u4) : G2(void 0, u4),
    function(n3) {
      var t3 = (f4.__N || f4.__)[0], r3 = f4.t(t3, n3);
      o3(t3, r3) || (f4.__N = [
        r3,
        f4.__[1]
      ], f4.__c.setState({}));
    }
  ], f4.__c = r2, !r2.__f)) {
    r2.__f = true;
    var c3 = r2.shouldComponentUpdate;
    r2.shouldComponentUpdate = function(n3, t3, r3) {
      var u5 = this.__H;
      if (!u5) return true;
      var i4 = false, f5 = this.props != n3;
      if (u5.__.some(function(n4) {
        n4.__N && (i4 = true, o3(n4.__[0], n4.__N[0]) || (f5 = true));
      }), c3) {
        var e3 = c3.call(this, n3, t3, r3);
        return i4 ? e3 || f5 : e3;
      }
      return !i4 || f5;
    };
  }
  return f4.__;
}
function A2(n2, u4) {
  var i3 = y2(t2++, 3);
  !a3.__s && E2(i3.__H, u4) && (i3.__P = true, i3.__ = n2, i3.u = u4, r2.__H.__h.push(i3));
}
function F2(n2, u4) {
  var i3 = y2(t2++, 4);
  !a3.__s && E2(i3.__H, u4) && (i3.__P = false, i3.__ = n2, i3.u = u4, r2.__h.push(i3));
}
function T2(n2) {
  return f3 = 5, w2(function() {
    return {
      current: n2
    };
  }, []);
}
function w2(n2, r3) {
  var u4 = y2(t2++, 7);
  return E2(u4.__H, r3) && (u4.__ = n2(), u4.__H = r3), u4.__;
}
function g2() {
  var n2;
  do {
    for (; n2 = e2.shift(); ) try {
      C2(n2);
    } catch (t4) {
      a3.__e(t4, {
        __: (n2 = n2.__P) && n2.__v
      });
    }
    for (; n2 = c2.shift(); ) {
      var t3 = n2.__H;
      if (n2.__P && t3) try {
        t3.__h.some(C2), t3.__h.some(D2), t3.__h = [];
      } catch (r3) {
        t3.__h = [], a3.__e(r3, n2.__v);
      }
    }
  } while (e2.length);
}
a3.__b = function(n2) {
  r2 = null, v2 && v2(n2);
}, a3.__ = function(n2, t3) {
  n2 && t3.__k && t3.__k.__m && (n2.__m = t3.__k.__m), p2 && p2(n2, t3);
}, a3.__r = function(n2) {
  l2 && l2(n2), t2 = 0;
  var i3 = (r2 = n2.__c).__H;
  i3 && (u3 == r2 ? r2.__h = [] : (i3.__h.some(C2), i3.__h.some(D2), t2 = 0), i3.__h = [], i3.__.some(function(n3) {
    n3.__N && (n3.__ = n3.__N), n3.u = n3.__N = void 0;
  })), u3 = r2;
}, a3.diffed = function(n2) {
  m2 && m2(n2);
  var t3 = n2.__c;
  t3 && t3.__H && (t3.__H.__h.length && B2(c2.push(t3)), t3.__H.__.some(function(n3) {
    n3.u && (n3.__H = n3.u);
  })), u3 = r2 = null;
}, a3.__c = function(n2, t3) {
  t3.some(function(n3) {
    try {
      n3.__h.some(C2), n3.__h = n3.__h.filter(function(n4) {
        return !n4.__ || D2(n4);
      });
    } catch (t4) {
      n3.__h = [
        function() {
          throw t4;
        }
      ];
    }
  }), h2 && h2(n2, t3);
}, a3.unmount = function(n2) {
  s2 && s2(n2);
  var t3, r3, u4 = n2.__c;
  u4 && u4.__H && (u4.__H.__.some(function(u5) {
    try {
      if (u5.__P && u5.__c) {
        if (void 0 === r3) {
          for (r3 = n2.__; r3 && (!r3.__c || !r3.__c.__P); ) r3 = r3.__;
          r3 = r3 && r3.__c;
        }
        u5.__P = r3, B2(e2.push(u5));
      } else C2(u5);
    } catch (n3) {
      t3 = n3;
    }
  }), u4.__H = void 0, t3 && a3.__e(t3, u4.__v));
};
var k = "function" == typeof requestAnimationFrame;
function z2(n2) {
  var t3, r3 = function() {
    clearTimeout(u4), k && cancelAnimationFrame(t3), setTimeout(n2);
  }, u4 = setTimeout(r3, 35);
  k && (t3 = requestAnimationFrame(r3));
}
function B2(n2) {
  1 != n2 && i2 == a3.requestAnimationFrame || ((i2 = a3.requestAnimationFrame) || z2)(g2);
}
function C2(n2) {
  var t3 = r2, u4 = n2.__c;
  "function" == typeof u4 && (n2.__c = void 0, u4()), r2 = t3;
}
function D2(n2) {
  var t3 = r2;
  n2.__c = n2.__(), r2 = t3;
}
function E2(n2, t3) {
  return !n2 || n2.length != t3.length || t3.some(function(t4, r3) {
    return !o3(t4, n2[r3]);
  });
}
function G2(n2, t3) {
  return "function" == typeof t3 ? t3(n2) : t3;
}

var EXTENSIONS = {
  image: "png jpg jpeg gif webp avif bmp ico",
  video: "mp4 m4v webm mov ogv",
  audio: "mp3 m4a ogg oga opus flac wav aac",
  pdf: "pdf",
  text: "txt md markdown csv tsv log json jsonl xml yaml yml toml ini conf cfg html htm css js mjs ts tsx jsx py rb rs go c h cc cpp hpp java kt swift sh bash zsh sql diff patch tex svg srt",
  archive: "zip tar gz tgz xz zst bz2 7z rar"
};
var KINDS = new Map(Object.entries(EXTENSIONS).flatMap(([kind, names]) => names.split(" ").map((name) => [
  name,
  kind
])));
function kindOf(name) {
  const extension = /\\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  return KINDS.get(extension) ?? "file";
}
function hasPreview(name) {
  const kind = kindOf(name);
  return kind !== "archive" && kind !== "file";
}

var PATHS = {
  folder: "M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  text: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  image: "M4 5h16v14H4zM8 10a1 1 0 1 0 0-.1M5 18l5-5 3 3 3-3 3 3",
  video: "M4 6h11v12H4zM15 11l5-3v8l-5-3",
  audio: "M9 17V5l10-2v12M9 17a3 2.5 0 1 1-3-2.5 3 2.5 0 0 1 3 2.5M19 15a3 2.5 0 1 1-3-2.5",
  pdf: "M6 3h8l4 4v14H6zM14 3v4h4M9 17c2-2 3-5 3-6s-1 0 0 2 3 3 4 3",
  archive: "M5 4h14v16H5zM11 4v2M13 6v2M11 8v2M13 10v2M11 13h2v3h-2z",
  lock: "M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3",
  download: "M12 4v11M7 10l5 5 5-5M5 20h14",
  trash: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
  rename: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  move: "M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM9 13h6M12 10l3 3-3 3",
  share: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
  upload: "M12 16V4M7 9l5-5 5 5M5 20h14",
  uploadFolder: "M3 7a2 2 0 0 1 2-2h4l2 2h8a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2zM12 17v-6M9 14l3-3 3 3",
  pause: "M9 6v12M15 6v12",
  play: "M8 5l11 7-11 7z",
  again: "M19 12a7 7 0 1 1-2-5l2 2M19 4v5h-5",
  down: "M6 9l6 6 6-6",
  plus: "M12 5v14M5 12h14",
  up: "M12 20V5M6 11l6-6 6 6",
  close: "M6 6l12 12M18 6L6 18",
  left: "M15 5l-7 7 7 7",
  right: "M9 5l7 7-7 7",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M5 20c1-4 4-5 7-5s6 1 7 5",
  bubble: "M4 5h16v11H10l-5 4v-4H4z",
  send: "M4 12l16-8-5 16-4-6zM11 14l9-10",
  keys: "M3 7h18v10H3zM7 11h.1M11 11h.1M15 11h.1M8 14h8"
};
function Icon({ name }) {
  return /* @__PURE__ */ a2("svg", {
    class: \`icon \${name}\`,
    viewBox: "0 0 24 24",
    "aria-hidden": "true",
    children: /* @__PURE__ */ a2("path", {
      d: PATHS[name]
    })
  });
}
function EntryIcon({ entry }) {
  return /* @__PURE__ */ a2(Icon, {
    name: entry.type === "dir" ? "folder" : kindOf(entry.name)
  });
}

var CHAT_EN = {
  title: "Chat",
  open: (unread) => unread === 0 ? "Chat" : \`Chat, \${unread} unread\`,
  close: "Close the chat",
  here: "Who is here",
  you: "you",
  messages: "Messages",
  noMessages: "Nobody has written yet",
  newMessages: "New messages",
  newest: "Newest message",
  message: "Message",
  messageTo: (name) => \`Message only to \${name}\`,
  privateTo: (name) => \`only to \${name}\`,
  everybody: "Write to everybody",
  toYou: "(to you)",
  send: "Send",
  sending: "waits to be sent",
  notSent: (why) => \`Not sent: \${why}\`,
  reloaded: "the page was loaded again",
  sendAgain: "Send again",
  whole: "Show all of it",
  name: "Your name",
  rename: "Change",
  joined: (name) => \`joined the chat as \${name}\`,
  rejoined: (name) => \`rejoined the chat as \${name}\`,
  renamed: (name) => \`you are now \${name}\`,
  reserved: (name) => \`the name \${name} is reserved for another user\`,
  taken: (name) => \`someone is here as \${name}\`,
  notHere: (name) => \`\${name} is not here\`,
  gone: "you are no longer in the chat",
  joinAgain: "Join again",
  noSeat: "You are not allowed to chat",
  needsLogin: "Log in to chat",
  tooLong: "A message can have 8 KiB",
  missedSome: "some messages may be missing here, as the server no longer has them",
  connecting: "Connecting\\u2026",
  lost: "Disconnected",
  lostUntil: (seconds) => \`Disconnected; the next attempt is in \${seconds} s\`,
  retryNow: "Connect now",
  says: (name, words2, isPrivate) => \`\${name}\${isPrivate ? " to you" : ""}: \${words2.slice(0, 500)}\`,
  help: "/who lists the users, /to NAME TEXT sends a private message, /quit leaves",
  unknownWord: (word, known) => \`Unknown command: \${word} (commands: \${known})\`,
  noArguments: (word) => \`\${word} takes no arguments\`,
  needsName: "/to needs NAME TEXT",
  appeared: (name) => \`\${name} is new\`,
  altered: (name) => \`\${name} was changed\`,
  vanished: (name) => \`\${name} is gone\`,
  severalChanged: (added, altered, vanished) => \`Others changed this folder: \${added} new, \${altered} changed, \${vanished} gone\`
};
var CHAT_PT = {
  title: "Conversa",
  open: (unread) => unread === 0 ? "Conversa" : \`Conversa, \${unread} n\\xE3o lidas\`,
  close: "Fechar a conversa",
  here: "Quem est\\xE1 aqui",
  you: "voc\\xEA",
  messages: "Mensagens",
  noMessages: "Ningu\\xE9m escreveu ainda",
  newMessages: "Mensagens novas",
  newest: "\\xDAltima mensagem",
  message: "Mensagem",
  messageTo: (name) => \`Mensagem s\\xF3 para \${name}\`,
  privateTo: (name) => \`s\\xF3 para \${name}\`,
  everybody: "Escrever para todos",
  toYou: "(para voc\\xEA)",
  send: "Enviar",
  sending: "espera o envio",
  notSent: (why) => \`N\\xE3o enviada: \${why}\`,
  reloaded: "a p\\xE1gina foi recarregada",
  sendAgain: "Enviar de novo",
  whole: "Mostrar tudo",
  name: "Seu nome",
  rename: "Mudar",
  joined: (name) => \`voc\\xEA entrou na conversa como \${name}\`,
  rejoined: (name) => \`voc\\xEA voltou \\xE0 conversa como \${name}\`,
  renamed: (name) => \`agora voc\\xEA \\xE9 \${name}\`,
  reserved: (name) => \`o nome \${name} \\xE9 reservado para outra pessoa\`,
  taken: (name) => \`j\\xE1 h\\xE1 algu\\xE9m aqui como \${name}\`,
  notHere: (name) => \`\${name} n\\xE3o est\\xE1 aqui\`,
  gone: "voc\\xEA n\\xE3o est\\xE1 mais na conversa",
  joinAgain: "Entrar de novo",
  noSeat: "Voc\\xEA n\\xE3o tem permiss\\xE3o para conversar",
  needsLogin: "Entre para conversar",
  tooLong: "Uma mensagem pode ter 8 KiB",
  missedSome: "podem faltar mensagens aqui, pois o servidor n\\xE3o as tem mais",
  connecting: "Conectando\\u2026",
  lost: "Sem conex\\xE3o",
  lostUntil: (seconds) => \`Sem conex\\xE3o; pr\\xF3xima tentativa em \${seconds} s\`,
  retryNow: "Conectar agora",
  says: (name, words2, isPrivate) => \`\${name}\${isPrivate ? " para voc\\xEA" : ""}: \${words2.slice(0, 500)}\`,
  help: "/who lista quem est\\xE1 aqui, /to NOME TEXTO envia uma mensagem privada, /sair sai",
  unknownWord: (word, known) => \`Comando desconhecido: \${word} (comandos: \${known})\`,
  noArguments: (word) => \`\${word} n\\xE3o tem argumentos\`,
  needsName: "/to precisa de NOME TEXTO",
  appeared: (name) => \`\${name} \\xE9 novo\`,
  altered: (name) => \`\${name} foi modificado\`,
  vanished: (name) => \`\${name} n\\xE3o existe mais\`,
  severalChanged: (added, altered, vanished) => \`Outros mudaram esta pasta: \${added} novos, \${altered} modificados, \${vanished} a menos\`
};

var NAMES = [
  "B",
  "KiB",
  "MiB",
  "GiB",
  "TiB",
  "PiB"
];
function formatBytes(bytes) {
  let unit = 0;
  for (; bytes >= 1024 && unit < NAMES.length - 1; unit++) bytes /= 1024;
  return \`\${bytes.toFixed(unit === 0 ? 0 : 1)} \${NAMES[unit]}\`;
}

var Format = class {
  #decimal;
  #time;
  #day;
  #date;
  #full;
  constructor(language, zone) {
    this.#decimal = new Intl.NumberFormat(language).format(1.5).charAt(1);
    const format2 = (options) => new Intl.DateTimeFormat(language, {
      ...options,
      timeZone: zone
    });
    const clock = {
      hour: "2-digit",
      minute: "2-digit"
    };
    this.#time = format2(clock);
    this.#day = format2({
      day: "numeric",
      month: "short",
      ...clock
    });
    this.#date = format2({
      day: "numeric",
      month: "short",
      year: "numeric"
    });
    this.#full = format2({
      dateStyle: "full",
      timeStyle: "medium"
    });
  }
  size(bytes) {
    return formatBytes(bytes).replace(".", this.#decimal);
  }
  time(iso, nowMs) {
    const date = new Date(iso);
    const days = (nowMs - date.getTime()) / (24 * 36e5);
    if (days > 300) return this.#date.format(date);
    const now = new Date(nowMs);
    const today = this.#date.format(date) === this.#date.format(now);
    return (today ? this.#time : this.#day).format(date);
  }
  fullTime(iso) {
    return this.#full.format(new Date(iso));
  }
};

var EN = {
  language: "en",
  chat: CHAT_EN,
  root: "Files",
  folders: "Folders",
  name: "Name",
  size: "Size",
  changed: "Changed",
  filter: "Filter by name",
  loading: "Loading\\u2026",
  retry: "Try again",
  empty: "This folder is empty",
  noMatch: "No name matches",
  showMore: "Show more",
  count: (n2) => n2 === 1 ? "1 item" : \`\${n2} items\`,
  selected: (n2, size) => \`\${n2} selected, \${size}\`,
  select: (name) => \`Select \${name}\`,
  selectAll: "Select all",
  clearSelection: "Clear the selection",
  up: "Up one folder",
  newFolder: "New folder",
  folderName: "Name of the folder",
  create: "Create",
  download: "Download",
  downloadAll: "Download all",
  rename: "Rename",
  newName: "New name",
  move: "Move",
  moving: (n2) => \`Open the folder to which \${n2 === 1 ? "it goes" : \`\${n2} items go\`}\`,
  moveHere: "Move here",
  remove: "Delete",
  askRemove: (name, n2) => n2 === 1 ? \`Delete \${name}?\` : \`Delete \${n2} items?\`,
  removeNote: "Folders are deleted with everything in them. This cannot be undone.",
  cancel: "Cancel",
  close: "Close",
  share: "Share",
  shareTitle: (name) => \`Share \${name}\`,
  shareFor: "The link expires after",
  hour: "1 hour",
  day: "1 day",
  week: "1 week",
  month: "30 days",
  shareOnce: "It ends with the first complete download",
  shareWrite: "It also permits uploads",
  makeLink: "Make link",
  copy: "Copy",
  copied: "Copied",
  expires: (time) => \`Until \${time}\`,
  publicLink: "Everybody can open this link",
  qr: "QR code of the link",
  logIn: "Log in",
  logOut: "Log out",
  user: "User",
  password: "Password",
  wrongLogin: "Wrong user or password",
  needsLogin: "Log in to see this",
  noLogin: "Passwords are accepted only over https, or on the server's own machine",
  lockedBy: (holder) => \`Locked by \${holder}\`,
  previous: "Previous",
  next: "Next",
  noPreview: "There is no preview of this file",
  cut: "This is only the beginning of the file",
  openFolder: (name, n2) => \`\${name}: \${n2 === 1 ? "1 item" : \`\${n2} items\`}\`,
  created: (name) => \`\${name} was created\`,
  renamed: (name, to) => \`\${name} is now \${to}\`,
  moved: (n2) => n2 === 1 ? "1 item was moved" : \`\${n2} items were moved\`,
  removed: (n2) => n2 === 1 ? "1 item was deleted" : \`\${n2} items were deleted\`,
  failed: (name, why) => \`\${name}: \${why}\`,
  keys: "Keys",
  keyHelp: [
    [
      "\\u2191 \\u2193 Home End",
      "move"
    ],
    [
      "Enter",
      "open"
    ],
    [
      "Space",
      "select"
    ],
    [
      "Shift+\\u2191 \\u2193",
      "select a range"
    ],
    [
      "Ctrl+A",
      "select all"
    ],
    [
      "Backspace",
      "up one folder"
    ],
    [
      "/",
      "filter"
    ],
    [
      "F2",
      "rename"
    ],
    [
      "Delete",
      "delete"
    ],
    [
      "N",
      "new folder"
    ],
    [
      "D",
      "download"
    ],
    [
      "U",
      "upload"
    ],
    [
      "Esc",
      "clear, close"
    ],
    [
      "?",
      "this list"
    ]
  ],
  errors: {
    network: "The server does not answer",
    not_found: "It does not exist",
    not_allowed: "You are not allowed to do this",
    conflict: "Something with this name exists, or someone else has locked it",
    limit: "A limit of the server is reached",
    disk_full: "The server's disk is full",
    integrity: "The content is damaged"
  }
};
var PT = {
  language: "pt",
  chat: CHAT_PT,
  root: "Arquivos",
  folders: "Pastas",
  name: "Nome",
  size: "Tamanho",
  changed: "Modificado",
  filter: "Filtrar por nome",
  loading: "Carregando\\u2026",
  retry: "Tentar de novo",
  empty: "Esta pasta est\\xE1 vazia",
  noMatch: "Nenhum nome corresponde",
  showMore: "Mostrar mais",
  count: (n2) => n2 === 1 ? "1 item" : \`\${n2} itens\`,
  selected: (n2, size) => \`\${n2} selecionado\${n2 === 1 ? "" : "s"}, \${size}\`,
  select: (name) => \`Selecionar \${name}\`,
  selectAll: "Selecionar tudo",
  clearSelection: "Limpar a sele\\xE7\\xE3o",
  up: "Pasta acima",
  newFolder: "Nova pasta",
  folderName: "Nome da pasta",
  create: "Criar",
  download: "Baixar",
  downloadAll: "Baixar tudo",
  rename: "Renomear",
  newName: "Novo nome",
  move: "Mover",
  moving: (n2) => \`Abra a pasta de destino de \${n2 === 1 ? "1 item" : \`\${n2} itens\`}\`,
  moveHere: "Mover para c\\xE1",
  remove: "Apagar",
  askRemove: (name, n2) => n2 === 1 ? \`Apagar \${name}?\` : \`Apagar \${n2} itens?\`,
  removeNote: "Pastas s\\xE3o apagadas com tudo o que cont\\xEAm. Isto n\\xE3o pode ser desfeito.",
  cancel: "Cancelar",
  close: "Fechar",
  share: "Compartilhar",
  shareTitle: (name) => \`Compartilhar \${name}\`,
  shareFor: "O link expira depois de",
  hour: "1 hora",
  day: "1 dia",
  week: "1 semana",
  month: "30 dias",
  shareOnce: "Termina com o primeiro download completo",
  shareWrite: "Tamb\\xE9m permite envios",
  makeLink: "Criar link",
  copy: "Copiar",
  copied: "Copiado",
  expires: (time) => \`At\\xE9 \${time}\`,
  publicLink: "Qualquer pessoa pode abrir este link",
  qr: "C\\xF3digo QR do link",
  logIn: "Entrar",
  logOut: "Sair",
  user: "Usu\\xE1rio",
  password: "Senha",
  wrongLogin: "Usu\\xE1rio ou senha incorretos",
  needsLogin: "Entre para ver isto",
  noLogin: "Senhas s\\xF3 s\\xE3o aceitas por https, ou na pr\\xF3pria m\\xE1quina do servidor",
  lockedBy: (holder) => \`Bloqueado por \${holder}\`,
  previous: "Anterior",
  next: "Pr\\xF3ximo",
  noPreview: "N\\xE3o h\\xE1 pr\\xE9-visualiza\\xE7\\xE3o deste arquivo",
  cut: "Este \\xE9 apenas o come\\xE7o do arquivo",
  openFolder: (name, n2) => \`\${name}: \${n2 === 1 ? "1 item" : \`\${n2} itens\`}\`,
  created: (name) => \`\${name} foi criada\`,
  renamed: (name, to) => \`\${name} agora \\xE9 \${to}\`,
  moved: (n2) => n2 === 1 ? "1 item foi movido" : \`\${n2} itens foram movidos\`,
  removed: (n2) => n2 === 1 ? "1 item foi apagado" : \`\${n2} itens foram apagados\`,
  failed: (name, why) => \`\${name}: \${why}\`,
  keys: "Teclas",
  keyHelp: [
    [
      "\\u2191 \\u2193 Home End",
      "mover"
    ],
    [
      "Enter",
      "abrir"
    ],
    [
      "Espa\\xE7o",
      "selecionar"
    ],
    [
      "Shift+\\u2191 \\u2193",
      "selecionar um intervalo"
    ],
    [
      "Ctrl+A",
      "selecionar tudo"
    ],
    [
      "Backspace",
      "pasta acima"
    ],
    [
      "/",
      "filtrar"
    ],
    [
      "F2",
      "renomear"
    ],
    [
      "Delete",
      "apagar"
    ],
    [
      "N",
      "nova pasta"
    ],
    [
      "D",
      "baixar"
    ],
    [
      "U",
      "enviar"
    ],
    [
      "Esc",
      "limpar, fechar"
    ],
    [
      "?",
      "esta lista"
    ]
  ],
  errors: {
    network: "O servidor n\\xE3o responde",
    not_found: "N\\xE3o existe",
    not_allowed: "Voc\\xEA n\\xE3o tem permiss\\xE3o para isto",
    conflict: "J\\xE1 existe algo com este nome, ou outra pessoa o bloqueou",
    limit: "Um limite do servidor foi atingido",
    disk_full: "O disco do servidor est\\xE1 cheio",
    integrity: "O conte\\xFAdo est\\xE1 danificado"
  }
};
function textFor(languages) {
  for (const language of languages) {
    const found = [
      EN,
      PT
    ].find((text2) => language.toLowerCase().split("-")[0] === text2.language);
    if (found !== void 0) return found;
  }
  return EN;
}
var text = textFor(navigator.languages ?? [
  navigator.language
]);
var format = new Format(navigator.language?.toLowerCase().startsWith(text.language) ? navigator.language : text.language);
function reasonOf(error) {
  const { code = "", message } = error;
  return text.errors[code] ?? message ?? String(error);
}

function ChatButton({ chat, state }) {
  const { isOpen, unread, connection } = state;
  return /* @__PURE__ */ a2("button", {
    type: "button",
    class: connection === "lost" ? "chat-button lost" : "chat-button",
    "aria-expanded": isOpen,
    "aria-label": text.chat.open(unread),
    title: connection === "lost" ? text.chat.lost : text.chat.open(unread),
    onClick: () => chat.open(!isOpen),
    children: [
      /* @__PURE__ */ a2(Icon, {
        name: "bubble"
      }),
      /* @__PURE__ */ a2("span", {
        "aria-hidden": "true",
        children: text.chat.title
      }),
      unread > 0 && /* @__PURE__ */ a2("span", {
        class: "count",
        "aria-hidden": "true",
        children: unread
      })
    ]
  });
}

var UNSAFE = /[\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]/g;
var PRINTABLE_ASCII = /^[\\x20-\\x7e]*$/;
function escapeControls(text2) {
  if (PRINTABLE_ASCII.test(text2)) return text2;
  return text2.toWellFormed().replace(UNSAFE, (c3) => {
    const code = c3.charCodeAt(0);
    if (c3 === "\\n") return "\\\\n";
    if (c3 === "	") return "\\\\t";
    if (c3 === "\\r") return "\\\\r";
    return code < 256 ? \`\\\\x\${code.toString(16).padStart(2, "0")}\` : \`\\\\u\${code.toString(16).padStart(4, "0")}\`;
  });
}
var utf8 = new TextEncoder();
function isLongerThan(text2, bytes) {
  if (text2.length > bytes) return true;
  return text2.length * 3 > bytes && utf8.encode(text2).length > bytes;
}

var SHORT_CHARS = 1200;
var SHORT_LINES = 20;
function shownText(text2) {
  return text2.split(/\\r\\n|\\n/).map((line) => escapeControls(line.replaceAll("	", "  "))).join("\\n");
}
function shownName(name) {
  return escapeControls(name);
}
function beginningOf(text2) {
  const lines = text2.split("\\n", SHORT_LINES + 1);
  const beginning = lines.slice(0, SHORT_LINES).join("\\n").slice(0, SHORT_CHARS).toWellFormed();
  return beginning.length < text2.length ? \`\${beginning}\\u2026\` : void 0;
}

function ChatForm({ chat, state: { to } }) {
  const field = T2(null);
  const [why, refuse] = d2();
  const label = to === void 0 ? text.chat.message : text.chat.messageTo(shownName(to));
  const enter = () => {
    const { current } = field;
    if (current === null) return;
    const refusal = chat.enter(current.value);
    refuse(refusal);
    if (refusal === void 0) current.value = "";
    current.focus();
  };
  return /* @__PURE__ */ a2("form", {
    onSubmit: (event) => {
      event.preventDefault();
      enter();
    },
    children: [
      why !== void 0 && /* @__PURE__ */ a2("p", {
        class: "error",
        role: "alert",
        children: why
      }),
      to !== void 0 && /* @__PURE__ */ a2("button", {
        type: "button",
        class: "to",
        title: text.chat.everybody,
        onClick: () => chat.address(void 0),
        children: [
          /* @__PURE__ */ a2("bdi", {
            children: text.chat.privateTo(shownName(to))
          }),
          " ",
          /* @__PURE__ */ a2(Icon, {
            name: "close"
          })
        ]
      }),
      /* @__PURE__ */ a2("div", {
        class: "write",
        children: [
          /* @__PURE__ */ a2("textarea", {
            ref: field,
            rows: 1,
            "aria-label": label,
            placeholder: label,
            enterkeyhint: "send",
            onKeyDown: (event) => {
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              enter();
            }
          }),
          /* @__PURE__ */ a2("button", {
            type: "submit",
            class: "main",
            title: text.chat.send,
            "aria-label": text.chat.send,
            children: /* @__PURE__ */ a2(Icon, {
              name: "send"
            })
          })
        ]
      })
    ]
  });
}

function Message({ line, onSendAgain }) {
  const { kind, from, to, own, why, atMs } = line;
  const iso = new Date(atMs).toISOString();
  const time = /* @__PURE__ */ a2("time", {
    dateTime: iso,
    title: format.fullTime(iso),
    children: format.time(iso, Date.now())
  });
  if (kind !== "message") {
    return /* @__PURE__ */ a2("p", {
      class: kind,
      children: [
        /* @__PURE__ */ a2("bdi", {
          children: shownText(line.text)
        }),
        " ",
        time
      ]
    });
  }
  const reach = to === void 0 ? "" : own === void 0 ? text.chat.toYou : text.chat.privateTo(shownName(to));
  return /* @__PURE__ */ a2("div", {
    class: \`message \${own ?? ""} \${to === void 0 ? "" : "private"}\`.trim(),
    children: [
      /* @__PURE__ */ a2("p", {
        class: "from",
        children: [
          /* @__PURE__ */ a2("strong", {
            children: /* @__PURE__ */ a2("bdi", {
              children: shownName(from)
            })
          }),
          " ",
          reach,
          " ",
          time
        ]
      }),
      /* @__PURE__ */ a2(Words, {
        text: shownText(line.text)
      }),
      own === "waiting" && /* @__PURE__ */ a2("p", {
        class: "why",
        children: text.chat.sending
      }),
      own === "failed" && /* @__PURE__ */ a2("p", {
        class: "why failed",
        children: [
          text.chat.notSent(why ?? ""),
          " ",
          /* @__PURE__ */ a2("button", {
            type: "button",
            onClick: onSendAgain,
            children: text.chat.sendAgain
          })
        ]
      })
    ]
  });
}
function Words({ text: words2 }) {
  const [isWhole, showWhole] = d2(false);
  const beginning = isWhole ? void 0 : beginningOf(words2);
  return /* @__PURE__ */ a2($, {
    children: [
      /* @__PURE__ */ a2("p", {
        class: "words",
        dir: "auto",
        children: beginning ?? words2
      }),
      beginning !== void 0 && /* @__PURE__ */ a2("button", {
        type: "button",
        onClick: () => showWhole(true),
        children: text.chat.whole
      })
    ]
  });
}

var NEAR = 40;
function Messages({ chat, state: { lines, newFrom } }) {
  const list = T2(null);
  const [isAtEnd, setAtEnd] = d2(true);
  const last = lines.at(-1);
  const toEnd = () => {
    const { current } = list;
    if (current !== null) current.scrollTop = current.scrollHeight;
  };
  F2(() => {
    if (isAtEnd || last?.own === "waiting") toEnd();
  }, [
    last?.key
  ]);
  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = list.current;
    setAtEnd(scrollHeight - scrollTop - clientHeight < NEAR);
  };
  return /* @__PURE__ */ a2("div", {
    class: "messages",
    children: [
      /* @__PURE__ */ a2("div", {
        ref: list,
        class: "log",
        role: "log",
        // New messages are read out elsewhere, also when this is hidden.
        "aria-live": "off",
        "aria-label": text.chat.messages,
        tabIndex: 0,
        onScroll,
        children: [
          lines.length === 0 && /* @__PURE__ */ a2("p", {
            class: "blank",
            children: text.chat.noMessages
          }),
          lines.map((line) => /* @__PURE__ */ a2($, {
            children: [
              line.key === newFrom && /* @__PURE__ */ a2("p", {
                class: "new",
                children: text.chat.newMessages
              }),
              /* @__PURE__ */ a2(Message, {
                line,
                onSendAgain: () => chat.sendAgain(line.key)
              })
            ]
          }, line.key))
        ]
      }),
      !isAtEnd && /* @__PURE__ */ a2("button", {
        type: "button",
        class: "newest",
        onClick: toEnd,
        children: [
          "\\u2193 ",
          text.chat.newest
        ]
      })
    ]
  });
}

function OwnName(props) {
  const [isChanging, change] = d2(false);
  if (isChanging) return /* @__PURE__ */ a2(NameForm, {
    ...props,
    onDone: () => change(false)
  });
  return /* @__PURE__ */ a2("button", {
    type: "button",
    class: "own-name",
    title: text.chat.name,
    onClick: () => change(true),
    children: /* @__PURE__ */ a2("bdi", {
      children: shownName(props.name)
    })
  });
}
function NameForm({ chat, name, onDone }) {
  const field = T2(null);
  const [error, fail] = d2();
  F2(() => field.current?.select(), []);
  const onSubmit = async (event) => {
    event.preventDefault();
    const wanted = field.current.value.trim();
    try {
      if (wanted !== "" && wanted !== name) await chat.rename(wanted);
      onDone();
    } catch (error2) {
      fail(error2);
    }
  };
  return /* @__PURE__ */ a2("form", {
    class: "own-name",
    onSubmit: (event) => void onSubmit(event),
    children: [
      /* @__PURE__ */ a2("input", {
        ref: field,
        "aria-label": text.chat.name,
        title: error === void 0 ? void 0 : reasonOf(error),
        "aria-invalid": error !== void 0,
        autoComplete: "off",
        defaultValue: name,
        onKeyDown: (event) => {
          if (event.key !== "Escape") return;
          event.stopPropagation();
          onDone();
        }
      }),
      /* @__PURE__ */ a2("button", {
        type: "submit",
        children: text.chat.rename
      })
    ]
  });
}

function ChatPane(props) {
  const { chat, state } = props;
  const onKeyDown = (event) => {
    event.stopPropagation();
    if (event.key !== "Escape") return;
    if (state.to !== void 0) return chat.address(void 0);
    chat.open(false);
    document.querySelector(".chat-button")?.focus();
  };
  return /* @__PURE__ */ a2("aside", {
    class: "chat",
    "aria-label": text.chat.title,
    onKeyDown,
    children: [
      /* @__PURE__ */ a2("header", {
        children: [
          /* @__PURE__ */ a2("h2", {
            children: text.chat.title
          }),
          state.seat !== void 0 && /* @__PURE__ */ a2(OwnName, {
            ...props,
            name: state.seat.name
          }),
          /* @__PURE__ */ a2("button", {
            type: "button",
            class: "command",
            "aria-label": text.chat.close,
            title: text.chat.close,
            onClick: () => chat.open(false),
            children: /* @__PURE__ */ a2(Icon, {
              name: "close"
            })
          })
        ]
      }),
      /* @__PURE__ */ a2(Connection, {
        ...props
      }),
      /* @__PURE__ */ a2(Here, {
        ...props
      }),
      /* @__PURE__ */ a2(Messages, {
        ...props
      }),
      state.seat !== void 0 && /* @__PURE__ */ a2(ChatForm, {
        ...props
      })
    ]
  });
}
function Connection({ state, onConnect, onJoin }) {
  const { connection, againMs, seat } = state;
  const [nowMs, tick] = d2(Date.now());
  A2(() => {
    if (againMs === void 0) return;
    tick(Date.now());
    const timer = setInterval(() => tick(Date.now()), 1e3);
    return () => clearInterval(timer);
  }, [
    againMs
  ]);
  if (connection === "refused") return /* @__PURE__ */ a2("p", {
    class: "state",
    children: text.chat.noSeat
  });
  if (connection === "open") {
    if (seat !== void 0) return null;
    return /* @__PURE__ */ a2("p", {
      class: "state",
      children: [
        text.chat.noSeat,
        " ",
        /* @__PURE__ */ a2("button", {
          type: "button",
          onClick: onJoin,
          children: text.chat.joinAgain
        })
      ]
    });
  }
  if (againMs === void 0) return /* @__PURE__ */ a2("p", {
    class: "state",
    children: text.chat.connecting
  });
  const seconds = Math.max(0, Math.ceil((againMs - nowMs) / 1e3));
  return /* @__PURE__ */ a2("p", {
    class: "state lost",
    children: [
      text.chat.lostUntil(seconds),
      " ",
      /* @__PURE__ */ a2("button", {
        type: "button",
        onClick: onConnect,
        children: text.chat.retryNow
      })
    ]
  });
}
function Here({ chat, state: { here, seat, to } }) {
  if (here.length === 0) return null;
  return /* @__PURE__ */ a2("ul", {
    class: "here",
    "aria-label": text.chat.here,
    children: here.map(({ name, dialect }) => /* @__PURE__ */ a2("li", {
      children: name === seat?.name ? /* @__PURE__ */ a2("span", {
        children: [
          shownName(name),
          " (",
          text.chat.you,
          ")"
        ]
      }) : /* @__PURE__ */ a2("button", {
        type: "button",
        title: \`\${text.chat.messageTo(shownName(name))} \\xB7 \${dialect}\`,
        "aria-pressed": to === name,
        onClick: () => {
          chat.address(to === name ? void 0 : name);
          document.querySelector(".chat textarea")?.focus();
        },
        children: /* @__PURE__ */ a2("bdi", {
          children: shownName(name)
        })
      })
    }, name))
  });
}

var MAX_LINES = 500;
var SILENT = {
  connection: "connecting",
  here: [],
  lines: [],
  isOpen: false,
  unread: 0,
  spoken: ""
};
function withLine(state, line) {
  const key = (state.lines.at(-1)?.key ?? 0) + 1;
  return {
    ...state,
    lines: [
      ...state.lines,
      {
        ...line,
        key
      }
    ].slice(-MAX_LINES)
  };
}
function withChanged(state, key, change) {
  const lines = state.lines.map((line) => line.key === key ? {
    ...line,
    ...change
  } : line);
  return {
    ...state,
    lines
  };
}
function titleWith(unread, title) {
  return unread === 0 ? title : \`(\${unread}) \${title}\`;
}

function isOwnClick(event) {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}
function FolderLink({ browser, place, current, children }) {
  const onClick = (event) => {
    if (!isOwnClick(event)) return;
    event.preventDefault();
    void browser.open(place);
  };
  return /* @__PURE__ */ a2("a", {
    href: placeUrl(place),
    onClick,
    "aria-current": current ? "page" : void 0,
    children
  });
}

function Crumbs({ browser, state: { place } }) {
  return /* @__PURE__ */ a2("nav", {
    class: "crumbs",
    "aria-label": text.folders,
    children: /* @__PURE__ */ a2("ol", {
      children: [
        text.root,
        ...place.names
      ].map((name, depth, all) => /* @__PURE__ */ a2("li", {
        children: /* @__PURE__ */ a2(FolderLink, {
          browser,
          place: ancestor(place, depth),
          current: depth === all.length - 1,
          children: name
        })
      }, depth))
    })
  });
}

function Modal({ title, onClose, children, ...rest }) {
  const dialog = T2(null);
  F2(() => {
    const { activeElement } = document;
    dialog.current?.showModal();
    return () => {
      if (activeElement instanceof HTMLElement) activeElement.focus();
    };
  }, []);
  return /* @__PURE__ */ a2("dialog", {
    ref: dialog,
    class: rest.class ?? "form",
    "aria-label": title,
    onCancel: (event) => {
      event.preventDefault();
      onClose();
    },
    onClick: (event) => event.target === event.currentTarget && onClose(),
    children
  });
}
function Form({ confirm, dangerous, onConfirm, ...modal }) {
  const [error, show] = d2();
  const [busy, setBusy] = d2(false);
  const onSubmit = async (event) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    try {
      await onConfirm(fields);
    } catch (error2) {
      show(error2);
    }
    setBusy(false);
  };
  return /* @__PURE__ */ a2(Modal, {
    ...modal,
    children: /* @__PURE__ */ a2("form", {
      method: "dialog",
      onSubmit: (event) => void onSubmit(event),
      children: [
        /* @__PURE__ */ a2("h2", {
          children: modal.title
        }),
        modal.children,
        error !== void 0 && /* @__PURE__ */ a2("p", {
          class: "error",
          role: "alert",
          children: reasonOf(error)
        }),
        /* @__PURE__ */ a2("div", {
          class: "buttons",
          children: [
            /* @__PURE__ */ a2("button", {
              type: "button",
              onClick: modal.onClose,
              children: text.cancel
            }),
            /* @__PURE__ */ a2("button", {
              type: "submit",
              class: dangerous ? "main danger" : "main",
              disabled: busy,
              children: confirm
            })
          ]
        })
      ]
    })
  });
}

var QrCodeDataType = /* @__PURE__ */ ((QrCodeDataType2) => {
  QrCodeDataType2[QrCodeDataType2["Border"] = -1] = "Border";
  QrCodeDataType2[QrCodeDataType2["Data"] = 0] = "Data";
  QrCodeDataType2[QrCodeDataType2["Function"] = 1] = "Function";
  QrCodeDataType2[QrCodeDataType2["Position"] = 2] = "Position";
  QrCodeDataType2[QrCodeDataType2["Timing"] = 3] = "Timing";
  QrCodeDataType2[QrCodeDataType2["Alignment"] = 4] = "Alignment";
  return QrCodeDataType2;
})(QrCodeDataType || {});
var LOW = [
  0,
  1
];
var MEDIUM = [
  1,
  0
];
var QUARTILE = [
  2,
  3
];
var HIGH = [
  3,
  2
];
var EccMap = {
  L: LOW,
  M: MEDIUM,
  Q: QUARTILE,
  H: HIGH
};
var NUMERIC_REGEX = /^\\d*$/;
var ALPHANUMERIC_REGEX = /^[A-Z0-9 $%*+./:-]*$/;
var ALPHANUMERIC_CHARSET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
var MIN_VERSION = 1;
var MAX_VERSION = 40;
var PENALTY_N1 = 3;
var PENALTY_N2 = 3;
var PENALTY_N3 = 40;
var PENALTY_N4 = 10;
var ECC_CODEWORDS_PER_BLOCK = [
  // Version: (note that index 0 is for padding, and is set to an illegal value)
  // 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40    Error correction level
  [
    -1,
    7,
    10,
    15,
    20,
    26,
    18,
    20,
    24,
    30,
    18,
    20,
    24,
    26,
    30,
    22,
    24,
    28,
    30,
    28,
    28,
    28,
    28,
    30,
    30,
    26,
    28,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30
  ],
  // Low
  [
    -1,
    10,
    16,
    26,
    18,
    24,
    16,
    18,
    22,
    22,
    26,
    30,
    22,
    22,
    24,
    24,
    28,
    28,
    26,
    26,
    26,
    26,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28,
    28
  ],
  // Medium
  [
    -1,
    13,
    22,
    18,
    26,
    18,
    24,
    18,
    22,
    20,
    24,
    28,
    26,
    24,
    20,
    30,
    24,
    28,
    28,
    26,
    30,
    28,
    30,
    30,
    30,
    30,
    28,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30
  ],
  // Quartile
  [
    -1,
    17,
    28,
    22,
    16,
    22,
    28,
    26,
    26,
    24,
    28,
    24,
    28,
    22,
    24,
    24,
    30,
    28,
    28,
    26,
    28,
    30,
    24,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30,
    30
  ]
];
var NUM_ERROR_CORRECTION_BLOCKS = [
  // Version: (note that index 0 is for padding, and is set to an illegal value)
  // 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40    Error correction level
  [
    -1,
    1,
    1,
    1,
    1,
    1,
    2,
    2,
    2,
    2,
    4,
    4,
    4,
    4,
    4,
    6,
    6,
    6,
    6,
    7,
    8,
    8,
    9,
    9,
    10,
    12,
    12,
    12,
    13,
    14,
    15,
    16,
    17,
    18,
    19,
    19,
    20,
    21,
    22,
    24,
    25
  ],
  // Low
  [
    -1,
    1,
    1,
    1,
    2,
    2,
    4,
    4,
    4,
    5,
    5,
    5,
    8,
    9,
    9,
    10,
    10,
    11,
    13,
    14,
    16,
    17,
    17,
    18,
    20,
    21,
    23,
    25,
    26,
    28,
    29,
    31,
    33,
    35,
    37,
    38,
    40,
    43,
    45,
    47,
    49
  ],
  // Medium
  [
    -1,
    1,
    1,
    2,
    2,
    4,
    4,
    6,
    6,
    8,
    8,
    8,
    10,
    12,
    16,
    12,
    17,
    16,
    18,
    21,
    20,
    23,
    23,
    25,
    27,
    29,
    34,
    34,
    35,
    38,
    40,
    43,
    45,
    48,
    51,
    53,
    56,
    59,
    62,
    65,
    68
  ],
  // Quartile
  [
    -1,
    1,
    1,
    2,
    4,
    4,
    4,
    5,
    6,
    8,
    8,
    11,
    11,
    16,
    16,
    18,
    16,
    19,
    21,
    25,
    25,
    25,
    34,
    30,
    32,
    35,
    37,
    40,
    42,
    45,
    48,
    51,
    54,
    57,
    60,
    63,
    66,
    70,
    74,
    77,
    81
  ]
];
var QrCode = class {
  /* -- Constructor (low level) and fields -- */
  // Creates a new QR Code with the given version number,
  // error correction level, data codeword bytes, and mask number.
  // This is a low-level API that most users should not use directly.
  // A mid-level API is the encodeSegments() function.
  constructor(version, ecc, dataCodewords, msk) {
    this.version = version;
    this.ecc = ecc;
    if (version < MIN_VERSION || version > MAX_VERSION) throw new RangeError("Version value out of range");
    if (msk < -1 || msk > 7) throw new RangeError("Mask value out of range");
    this.size = version * 4 + 17;
    const row = Array.from({
      length: this.size
    }).fill(false);
    for (let i3 = 0; i3 < this.size; i3++) {
      this.modules.push(row.slice());
      this.types.push(row.map(() => 0));
    }
    this.drawFunctionPatterns();
    const allCodewords = this.addEccAndInterleave(dataCodewords);
    this.drawCodewords(allCodewords);
    if (msk === -1) {
      let minPenalty = 1e9;
      for (let i3 = 0; i3 < 8; i3++) {
        this.applyMask(i3);
        this.drawFormatBits(i3);
        const penalty = this.getPenaltyScore();
        if (penalty < minPenalty) {
          msk = i3;
          minPenalty = penalty;
        }
        this.applyMask(i3);
      }
    }
    this.mask = msk;
    this.applyMask(msk);
    this.drawFormatBits(msk);
  }
  /* -- Fields -- */
  // The width and height of this QR Code, measured in modules, between
  // 21 and 177 (inclusive). This is equal to version * 4 + 17.
  size;
  // The index of the mask pattern used in this QR Code, which is between 0 and 7 (inclusive).
  // Even if a QR Code is created with automatic masking requested (mask = -1),
  // the resulting object still has a mask value between 0 and 7.
  mask;
  // The modules of this QR Code (false = light, true = dark).
  // Immutable after constructor finishes. Accessed through getModule().
  modules = [];
  types = [];
  /* -- Accessor methods -- */
  // Returns the color of the module (pixel) at the given coordinates, which is false
  // for light or true for dark. The top left corner has the coordinates (x=0, y=0).
  // If the given coordinates are out of bounds, then false (light) is returned.
  getModule(x2, y3) {
    return x2 >= 0 && x2 < this.size && y3 >= 0 && y3 < this.size && this.modules[y3][x2];
  }
  /* -- Private helper methods for constructor: Drawing function modules -- */
  // Reads this object's version field, and draws and marks all function modules.
  drawFunctionPatterns() {
    for (let i3 = 0; i3 < this.size; i3++) {
      this.setFunctionModule(6, i3, i3 % 2 === 0, QrCodeDataType.Timing);
      this.setFunctionModule(i3, 6, i3 % 2 === 0, QrCodeDataType.Timing);
    }
    this.drawFinderPattern(3, 3);
    this.drawFinderPattern(this.size - 4, 3);
    this.drawFinderPattern(3, this.size - 4);
    const alignPatPos = this.getAlignmentPatternPositions();
    const numAlign = alignPatPos.length;
    for (let i3 = 0; i3 < numAlign; i3++) {
      for (let j2 = 0; j2 < numAlign; j2++) {
        if (!(i3 === 0 && j2 === 0 || i3 === 0 && j2 === numAlign - 1 || i3 === numAlign - 1 && j2 === 0)) this.drawAlignmentPattern(alignPatPos[i3], alignPatPos[j2]);
      }
    }
    this.drawFormatBits(0);
    this.drawVersion();
  }
  // Draws two copies of the format bits (with its own error correction code)
  // based on the given mask and this object's error correction level field.
  drawFormatBits(mask) {
    const data = this.ecc[1] << 3 | mask;
    let rem = data;
    for (let i3 = 0; i3 < 10; i3++) rem = rem << 1 ^ (rem >>> 9) * 1335;
    const bits = (data << 10 | rem) ^ 21522;
    for (let i3 = 0; i3 <= 5; i3++) this.setFunctionModule(8, i3, getBit(bits, i3));
    this.setFunctionModule(8, 7, getBit(bits, 6));
    this.setFunctionModule(8, 8, getBit(bits, 7));
    this.setFunctionModule(7, 8, getBit(bits, 8));
    for (let i3 = 9; i3 < 15; i3++) this.setFunctionModule(14 - i3, 8, getBit(bits, i3));
    for (let i3 = 0; i3 < 8; i3++) this.setFunctionModule(this.size - 1 - i3, 8, getBit(bits, i3));
    for (let i3 = 8; i3 < 15; i3++) this.setFunctionModule(8, this.size - 15 + i3, getBit(bits, i3));
    this.setFunctionModule(8, this.size - 8, true);
  }
  // Draws two copies of the version bits (with its own error correction code),
  // based on this object's version field, iff 7 <= version <= 40.
  drawVersion() {
    if (this.version < 7) return;
    let rem = this.version;
    for (let i3 = 0; i3 < 12; i3++) rem = rem << 1 ^ (rem >>> 11) * 7973;
    const bits = this.version << 12 | rem;
    for (let i3 = 0; i3 < 18; i3++) {
      const color = getBit(bits, i3);
      const a4 = this.size - 11 + i3 % 3;
      const b = Math.floor(i3 / 3);
      this.setFunctionModule(a4, b, color);
      this.setFunctionModule(b, a4, color);
    }
  }
  // Draws a 9*9 finder pattern including the border separator,
  // with the center module at (x, y). Modules can be out of bounds.
  drawFinderPattern(x2, y3) {
    for (let dy = -4; dy <= 4; dy++) {
      for (let dx = -4; dx <= 4; dx++) {
        const dist = Math.max(Math.abs(dx), Math.abs(dy));
        const xx = x2 + dx;
        const yy = y3 + dy;
        if (xx >= 0 && xx < this.size && yy >= 0 && yy < this.size) this.setFunctionModule(xx, yy, dist !== 2 && dist !== 4, QrCodeDataType.Position);
      }
    }
  }
  // Draws a 5*5 alignment pattern, with the center module
  // at (x, y). All modules must be in bounds.
  drawAlignmentPattern(x2, y3) {
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        this.setFunctionModule(x2 + dx, y3 + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1, QrCodeDataType.Alignment);
      }
    }
  }
  // Sets the color of a module and marks it as a function module.
  // Only used by the constructor. Coordinates must be in bounds.
  setFunctionModule(x2, y3, isDark, type = QrCodeDataType.Function) {
    this.modules[y3][x2] = isDark;
    this.types[y3][x2] = type;
  }
  /* -- Private helper methods for constructor: Codewords and masking -- */
  // Returns a new byte string representing the given data with the appropriate error correction
  // codewords appended to it, based on this object's version and error correction level.
  addEccAndInterleave(data) {
    const ver = this.version;
    const ecl = this.ecc;
    if (data.length !== getNumDataCodewords(ver, ecl)) throw new RangeError("Invalid argument");
    const numBlocks = NUM_ERROR_CORRECTION_BLOCKS[ecl[0]][ver];
    const blockEccLen = ECC_CODEWORDS_PER_BLOCK[ecl[0]][ver];
    const rawCodewords = Math.floor(getNumRawDataModules(ver) / 8);
    const numShortBlocks = numBlocks - rawCodewords % numBlocks;
    const shortBlockLen = Math.floor(rawCodewords / numBlocks);
    const blocks = [];
    const rsDiv = reedSolomonComputeDivisor(blockEccLen);
    for (let i3 = 0, k2 = 0; i3 < numBlocks; i3++) {
      const dat = data.slice(k2, k2 + shortBlockLen - blockEccLen + (i3 < numShortBlocks ? 0 : 1));
      k2 += dat.length;
      const ecc = reedSolomonComputeRemainder(dat, rsDiv);
      if (i3 < numShortBlocks) dat.push(0);
      blocks.push(dat.concat(ecc));
    }
    const result2 = [];
    for (let i3 = 0; i3 < blocks[0].length; i3++) {
      blocks.forEach((block, j2) => {
        if (i3 !== shortBlockLen - blockEccLen || j2 >= numShortBlocks) result2.push(block[i3]);
      });
    }
    return result2;
  }
  // Draws the given sequence of 8-bit codewords (data and error correction) onto the entire
  // data area of this QR Code. Function modules need to be marked off before this is called.
  drawCodewords(data) {
    if (data.length !== Math.floor(getNumRawDataModules(this.version) / 8)) throw new RangeError("Invalid argument");
    let i3 = 0;
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5;
      for (let vert = 0; vert < this.size; vert++) {
        for (let j2 = 0; j2 < 2; j2++) {
          const x2 = right - j2;
          const upward = (right + 1 & 2) === 0;
          const y3 = upward ? this.size - 1 - vert : vert;
          if (!this.types[y3][x2] && i3 < data.length * 8) {
            this.modules[y3][x2] = getBit(data[i3 >>> 3], 7 - (i3 & 7));
            i3++;
          }
        }
      }
    }
  }
  // XORs the codeword modules in this QR Code with the given mask pattern.
  // The function modules must be marked and the codeword bits must be drawn
  // before masking. Due to the arithmetic of XOR, calling applyMask() with
  // the same mask value a second time will undo the mask. A final well-formed
  // QR Code needs exactly one (not zero, two, etc.) mask applied.
  applyMask(mask) {
    if (mask < 0 || mask > 7) throw new RangeError("Mask value out of range");
    for (let y3 = 0; y3 < this.size; y3++) {
      for (let x2 = 0; x2 < this.size; x2++) {
        let invert;
        switch (mask) {
          case 0:
            invert = (x2 + y3) % 2 === 0;
            break;
          case 1:
            invert = y3 % 2 === 0;
            break;
          case 2:
            invert = x2 % 3 === 0;
            break;
          case 3:
            invert = (x2 + y3) % 3 === 0;
            break;
          case 4:
            invert = (Math.floor(x2 / 3) + Math.floor(y3 / 2)) % 2 === 0;
            break;
          case 5:
            invert = x2 * y3 % 2 + x2 * y3 % 3 === 0;
            break;
          case 6:
            invert = (x2 * y3 % 2 + x2 * y3 % 3) % 2 === 0;
            break;
          case 7:
            invert = ((x2 + y3) % 2 + x2 * y3 % 3) % 2 === 0;
            break;
          default:
            throw new Error("Unreachable");
        }
        if (!this.types[y3][x2] && invert) this.modules[y3][x2] = !this.modules[y3][x2];
      }
    }
  }
  // Calculates and returns the penalty score based on state of this QR Code's current modules.
  // This is used by the automatic mask choice algorithm to find the mask pattern that yields the lowest score.
  getPenaltyScore() {
    let result2 = 0;
    for (let y3 = 0; y3 < this.size; y3++) {
      let runColor = false;
      let runX = 0;
      const runHistory = [
        0,
        0,
        0,
        0,
        0,
        0,
        0
      ];
      for (let x2 = 0; x2 < this.size; x2++) {
        if (this.modules[y3][x2] === runColor) {
          runX++;
          if (runX === 5) result2 += PENALTY_N1;
          else if (runX > 5) result2++;
        } else {
          this.finderPenaltyAddHistory(runX, runHistory);
          if (!runColor) result2 += this.finderPenaltyCountPatterns(runHistory) * PENALTY_N3;
          runColor = this.modules[y3][x2];
          runX = 1;
        }
      }
      result2 += this.finderPenaltyTerminateAndCount(runColor, runX, runHistory) * PENALTY_N3;
    }
    for (let x2 = 0; x2 < this.size; x2++) {
      let runColor = false;
      let runY = 0;
      const runHistory = [
        0,
        0,
        0,
        0,
        0,
        0,
        0
      ];
      for (let y3 = 0; y3 < this.size; y3++) {
        if (this.modules[y3][x2] === runColor) {
          runY++;
          if (runY === 5) result2 += PENALTY_N1;
          else if (runY > 5) result2++;
        } else {
          this.finderPenaltyAddHistory(runY, runHistory);
          if (!runColor) result2 += this.finderPenaltyCountPatterns(runHistory) * PENALTY_N3;
          runColor = this.modules[y3][x2];
          runY = 1;
        }
      }
      result2 += this.finderPenaltyTerminateAndCount(runColor, runY, runHistory) * PENALTY_N3;
    }
    for (let y3 = 0; y3 < this.size - 1; y3++) {
      for (let x2 = 0; x2 < this.size - 1; x2++) {
        const color = this.modules[y3][x2];
        if (color === this.modules[y3][x2 + 1] && color === this.modules[y3 + 1][x2] && color === this.modules[y3 + 1][x2 + 1]) {
          result2 += PENALTY_N2;
        }
      }
    }
    let dark = 0;
    for (const row of this.modules) dark = row.reduce((sum, color) => sum + (color ? 1 : 0), dark);
    const total = this.size * this.size;
    const k2 = Math.ceil(Math.abs(dark * 20 - total * 10) / total) - 1;
    result2 += k2 * PENALTY_N4;
    return result2;
  }
  /* -- Private helper functions -- */
  // Returns an ascending list of positions of alignment patterns for this version number.
  // Each position is in the range [0,177), and are used on both the x and y axes.
  // This could be implemented as lookup table of 40 variable-length lists of integers.
  getAlignmentPatternPositions() {
    if (this.version === 1) {
      return [];
    } else {
      const numAlign = Math.floor(this.version / 7) + 2;
      const step = this.version === 32 ? 26 : Math.ceil((this.version * 4 + 4) / (numAlign * 2 - 2)) * 2;
      const result2 = [
        6
      ];
      for (let pos = this.size - 7; result2.length < numAlign; pos -= step) result2.splice(1, 0, pos);
      return result2;
    }
  }
  // Can only be called immediately after a light run is added, and
  // returns either 0, 1, or 2. A helper function for getPenaltyScore().
  finderPenaltyCountPatterns(runHistory) {
    const n2 = runHistory[1];
    const core = n2 > 0 && runHistory[2] === n2 && runHistory[3] === n2 * 3 && runHistory[4] === n2 && runHistory[5] === n2;
    return (core && runHistory[0] >= n2 * 4 && runHistory[6] >= n2 ? 1 : 0) + (core && runHistory[6] >= n2 * 4 && runHistory[0] >= n2 ? 1 : 0);
  }
  // Must be called at the end of a line (row or column) of modules. A helper function for getPenaltyScore().
  finderPenaltyTerminateAndCount(currentRunColor, currentRunLength, runHistory) {
    if (currentRunColor) {
      this.finderPenaltyAddHistory(currentRunLength, runHistory);
      currentRunLength = 0;
    }
    currentRunLength += this.size;
    this.finderPenaltyAddHistory(currentRunLength, runHistory);
    return this.finderPenaltyCountPatterns(runHistory);
  }
  // Pushes the given value to the front and drops the last value. A helper function for getPenaltyScore().
  finderPenaltyAddHistory(currentRunLength, runHistory) {
    if (runHistory[0] === 0) currentRunLength += this.size;
    runHistory.pop();
    runHistory.unshift(currentRunLength);
  }
};
function appendBits(val, len, bb) {
  if (len < 0 || len > 31 || val >>> len !== 0) throw new RangeError("Value out of range");
  for (let i3 = len - 1; i3 >= 0; i3--) bb.push(val >>> i3 & 1);
}
function getBit(x2, i3) {
  return (x2 >>> i3 & 1) !== 0;
}
var QrSegment = class {
  // Creates a new QR Code segment with the given attributes and data.
  // The character count (numChars) must agree with the mode and the bit buffer length,
  // but the constraint isn't checked. The given bit buffer is cloned and stored.
  constructor(mode, numChars, bitData) {
    this.mode = mode;
    this.numChars = numChars;
    this.bitData = bitData;
    if (numChars < 0) throw new RangeError("Invalid argument");
    this.bitData = bitData.slice();
  }
  /* -- Methods -- */
  // Returns a new copy of the data bits of this segment.
  getData() {
    return this.bitData.slice();
  }
};
var MODE_NUMERIC = [
  1,
  10,
  12,
  14
];
var MODE_ALPHANUMERIC = [
  2,
  9,
  11,
  13
];
var MODE_BYTE = [
  4,
  8,
  16,
  16
];
function numCharCountBits(mode, ver) {
  return mode[Math.floor((ver + 7) / 17) + 1];
}
function makeBytes(data) {
  const bb = [];
  for (const b of data) appendBits(b, 8, bb);
  return new QrSegment(MODE_BYTE, data.length, bb);
}
function makeNumeric(digits) {
  if (!isNumeric(digits)) throw new RangeError("String contains non-numeric characters");
  const bb = [];
  for (let i3 = 0; i3 < digits.length; ) {
    const n2 = Math.min(digits.length - i3, 3);
    appendBits(Number.parseInt(digits.substring(i3, i3 + n2), 10), n2 * 3 + 1, bb);
    i3 += n2;
  }
  return new QrSegment(MODE_NUMERIC, digits.length, bb);
}
function makeAlphanumeric(text2) {
  if (!isAlphanumeric(text2)) throw new RangeError("String contains unencodable characters in alphanumeric mode");
  const bb = [];
  let i3;
  for (i3 = 0; i3 + 2 <= text2.length; i3 += 2) {
    let temp = ALPHANUMERIC_CHARSET.indexOf(text2.charAt(i3)) * 45;
    temp += ALPHANUMERIC_CHARSET.indexOf(text2.charAt(i3 + 1));
    appendBits(temp, 11, bb);
  }
  if (i3 < text2.length) appendBits(ALPHANUMERIC_CHARSET.indexOf(text2.charAt(i3)), 6, bb);
  return new QrSegment(MODE_ALPHANUMERIC, text2.length, bb);
}
function makeSegments(text2) {
  if (text2 === "") return [];
  else if (isNumeric(text2)) return [
    makeNumeric(text2)
  ];
  else if (isAlphanumeric(text2)) return [
    makeAlphanumeric(text2)
  ];
  else return [
    makeBytes(toUtf8ByteArray(text2))
  ];
}
function isNumeric(text2) {
  return NUMERIC_REGEX.test(text2);
}
function isAlphanumeric(text2) {
  return ALPHANUMERIC_REGEX.test(text2);
}
function getTotalBits(segs, version) {
  let result2 = 0;
  for (const seg of segs) {
    const ccbits = numCharCountBits(seg.mode, version);
    if (seg.numChars >= 1 << ccbits) return Number.POSITIVE_INFINITY;
    result2 += 4 + ccbits + seg.bitData.length;
  }
  return result2;
}
function toUtf8ByteArray(str) {
  str = encodeURI(str);
  const result2 = [];
  for (let i3 = 0; i3 < str.length; i3++) {
    if (str.charAt(i3) !== "%") {
      result2.push(str.charCodeAt(i3));
    } else {
      result2.push(Number.parseInt(str.substring(i3 + 1, i3 + 3), 16));
      i3 += 2;
    }
  }
  return result2;
}
function getNumRawDataModules(ver) {
  if (ver < MIN_VERSION || ver > MAX_VERSION) throw new RangeError("Version number out of range");
  let result2 = (16 * ver + 128) * ver + 64;
  if (ver >= 2) {
    const numAlign = Math.floor(ver / 7) + 2;
    result2 -= (25 * numAlign - 10) * numAlign - 55;
    if (ver >= 7) result2 -= 36;
  }
  return result2;
}
function getNumDataCodewords(ver, ecl) {
  return Math.floor(getNumRawDataModules(ver) / 8) - ECC_CODEWORDS_PER_BLOCK[ecl[0]][ver] * NUM_ERROR_CORRECTION_BLOCKS[ecl[0]][ver];
}
function reedSolomonComputeDivisor(degree) {
  if (degree < 1 || degree > 255) throw new RangeError("Degree out of range");
  const result2 = [];
  for (let i3 = 0; i3 < degree - 1; i3++) result2.push(0);
  result2.push(1);
  let root = 1;
  for (let i3 = 0; i3 < degree; i3++) {
    for (let j2 = 0; j2 < result2.length; j2++) {
      result2[j2] = reedSolomonMultiply(result2[j2], root);
      if (j2 + 1 < result2.length) result2[j2] ^= result2[j2 + 1];
    }
    root = reedSolomonMultiply(root, 2);
  }
  return result2;
}
function reedSolomonComputeRemainder(data, divisor) {
  const result2 = divisor.map((_3) => 0);
  for (const b of data) {
    const factor = b ^ result2.shift();
    result2.push(0);
    divisor.forEach((coef, i3) => result2[i3] ^= reedSolomonMultiply(coef, factor));
  }
  return result2;
}
function reedSolomonMultiply(x2, y3) {
  if (x2 >>> 8 !== 0 || y3 >>> 8 !== 0) throw new RangeError("Byte out of range");
  let z3 = 0;
  for (let i3 = 7; i3 >= 0; i3--) {
    z3 = z3 << 1 ^ (z3 >>> 7) * 285;
    z3 ^= (y3 >>> i3 & 1) * x2;
  }
  return z3;
}
function encodeSegments(segs, ecl, minVersion = 1, maxVersion = 40, mask = -1, boostEcl = true) {
  if (!(MIN_VERSION <= minVersion && minVersion <= maxVersion && maxVersion <= MAX_VERSION) || mask < -1 || mask > 7) {
    throw new RangeError("Invalid value");
  }
  let version;
  let dataUsedBits;
  for (version = minVersion; ; version++) {
    const dataCapacityBits2 = getNumDataCodewords(version, ecl) * 8;
    const usedBits = getTotalBits(segs, version);
    if (usedBits <= dataCapacityBits2) {
      dataUsedBits = usedBits;
      break;
    }
    if (version >= maxVersion) throw new RangeError("Data too long");
  }
  for (const newEcl of [
    MEDIUM,
    QUARTILE,
    HIGH
  ]) {
    if (boostEcl && dataUsedBits <= getNumDataCodewords(version, newEcl) * 8) ecl = newEcl;
  }
  const bb = [];
  for (const seg of segs) {
    appendBits(seg.mode[0], 4, bb);
    appendBits(seg.numChars, numCharCountBits(seg.mode, version), bb);
    for (const b of seg.getData()) bb.push(b);
  }
  const dataCapacityBits = getNumDataCodewords(version, ecl) * 8;
  appendBits(0, Math.min(4, dataCapacityBits - bb.length), bb);
  appendBits(0, (8 - bb.length % 8) % 8, bb);
  for (let padByte = 236; bb.length < dataCapacityBits; padByte ^= 236 ^ 17) appendBits(padByte, 8, bb);
  const dataCodewords = Array.from({
    length: Math.ceil(bb.length / 8)
  }, () => 0);
  bb.forEach((b, i3) => dataCodewords[i3 >>> 3] |= b << 7 - (i3 & 7));
  return new QrCode(version, ecl, dataCodewords, mask);
}
function encode(data, options) {
  const { ecc = "L", boostEcc = false, minVersion = 1, maxVersion = 40, maskPattern = -1, border = 1 } = options || {};
  const segment = typeof data === "string" ? makeSegments(data) : Array.isArray(data) ? [
    makeBytes(data)
  ] : void 0;
  if (!segment) throw new Error(\`uqr only supports encoding string and binary data, but got: \${typeof data}\`);
  const qr = encodeSegments(segment, EccMap[ecc], minVersion, maxVersion, maskPattern, boostEcc);
  const result2 = addBorder({
    version: qr.version,
    maskPattern: qr.mask,
    size: qr.size,
    data: qr.modules,
    types: qr.types
  }, border);
  if (options?.invert) result2.data = result2.data.map((row) => row.map((mod) => !mod));
  options?.onEncoded?.(result2);
  return result2;
}
function addBorder(input, border = 1) {
  if (!border) return input;
  const { size } = input;
  const newSize = size + border * 2;
  input.size = newSize;
  input.data.forEach((row) => {
    for (let i3 = 0; i3 < border; i3++) {
      row.unshift(false);
      row.push(false);
    }
  });
  for (let i3 = 0; i3 < border; i3++) {
    input.data.unshift(Array.from({
      length: newSize
    }, (_3) => false));
    input.data.push(Array.from({
      length: newSize
    }, (_3) => false));
  }
  const b = QrCodeDataType.Border;
  input.types.forEach((row) => {
    for (let i3 = 0; i3 < border; i3++) {
      row.unshift(b);
      row.push(b);
    }
  });
  for (let i3 = 0; i3 < border; i3++) {
    input.types.unshift(Array.from({
      length: newSize
    }, (_3) => b));
    input.types.push(Array.from({
      length: newSize
    }, (_3) => b));
  }
  return input;
}

var MARGIN = 2;
function QrCode2({ content, label }) {
  const { data, size } = encode(content, {
    ecc: "L",
    border: MARGIN
  });
  const path = data.flatMap((row, y3) => row.map((on, x2) => on ? \`M\${x2} \${y3}h1v1h-1z\` : "")).join("");
  return /* @__PURE__ */ a2("svg", {
    class: "qr",
    viewBox: \`0 0 \${size} \${size}\`,
    role: "img",
    "aria-label": label,
    children: [
      /* @__PURE__ */ a2("rect", {
        width: size,
        height: size,
        fill: "#fff"
      }),
      /* @__PURE__ */ a2("path", {
        d: path,
        fill: "#000"
      })
    ]
  });
}

var HOUR = 3600;
var LIFETIMES = [
  [
    HOUR,
    text.hour
  ],
  [
    24 * HOUR,
    text.day
  ],
  [
    7 * 24 * HOUR,
    text.week
  ],
  [
    30 * 24 * HOUR,
    text.month
  ]
];
function ShareForm({ browser, entry, onClose }) {
  const [link, show] = d2();
  const title = text.shareTitle(entry.name);
  if (link !== void 0) return /* @__PURE__ */ a2(Link, {
    title,
    link,
    onClose
  });
  const path = browser.pathOf(entry);
  const onConfirm = async (fields) => show(await browser.api.share({
    path,
    ...limitsIn(fields)
  }));
  if (browser.state.session?.anonymous) {
    return /* @__PURE__ */ a2(Form, {
      title,
      confirm: text.makeLink,
      onClose,
      onConfirm,
      children: /* @__PURE__ */ a2("p", {
        children: text.publicLink
      })
    });
  }
  return /* @__PURE__ */ a2(Form, {
    title,
    confirm: text.makeLink,
    onClose,
    onConfirm,
    children: [
      /* @__PURE__ */ a2("label", {
        children: [
          text.shareFor,
          /* @__PURE__ */ a2("select", {
            name: "seconds",
            autoFocus: true,
            children: LIFETIMES.map(([seconds, label]) => /* @__PURE__ */ a2("option", {
              value: seconds,
              selected: seconds === 24 * HOUR,
              children: label
            }, seconds))
          })
        ]
      }),
      /* @__PURE__ */ a2("label", {
        class: "choice",
        children: [
          /* @__PURE__ */ a2("input", {
            type: "checkbox",
            name: "once"
          }),
          " ",
          text.shareOnce
        ]
      }),
      entry.type === "dir" && /* @__PURE__ */ a2("label", {
        class: "choice",
        children: [
          /* @__PURE__ */ a2("input", {
            type: "checkbox",
            name: "write"
          }),
          " ",
          text.shareWrite
        ]
      })
    ]
  });
}
function limitsIn(fields) {
  const seconds = Number(fields.get("seconds"));
  if (seconds === 0) return {};
  return {
    seconds,
    once: fields.has("once"),
    write: fields.has("write")
  };
}
function Link({ title, link: { url, expires }, onClose }) {
  const field = T2(null);
  const [copied, setCopied] = d2(false);
  const copy = async () => {
    field.current?.select();
    if (navigator.clipboard === void 0) document.execCommand("copy");
    else await navigator.clipboard.writeText(url);
    setCopied(true);
  };
  return /* @__PURE__ */ a2(Modal, {
    title,
    onClose,
    children: [
      /* @__PURE__ */ a2("h2", {
        children: title
      }),
      /* @__PURE__ */ a2("input", {
        ref: field,
        class: "link",
        readOnly: true,
        value: url,
        "aria-label": title
      }),
      /* @__PURE__ */ a2("p", {
        children: expires === void 0 ? text.publicLink : text.expires(format.fullTime(expires))
      }),
      /* @__PURE__ */ a2(QrCode2, {
        content: url,
        label: text.qr
      }),
      /* @__PURE__ */ a2("div", {
        class: "buttons",
        children: [
          /* @__PURE__ */ a2("button", {
            type: "button",
            onClick: onClose,
            children: text.close
          }),
          /* @__PURE__ */ a2("button", {
            type: "button",
            class: "main",
            autoFocus: true,
            onClick: () => void copy(),
            children: copied ? text.copied : text.copy
          })
        ]
      })
    ]
  });
}

function Dialogs({ browser, state: { dialog } }) {
  if (dialog === void 0) return null;
  const open = {
    browser,
    onClose: () => browser.change({
      do: "ask",
      dialog: void 0
    })
  };
  switch (dialog.kind) {
    case "login":
      return /* @__PURE__ */ a2(LoginForm, {
        ...open
      });
    case "folder":
      return /* @__PURE__ */ a2(FolderForm, {
        ...open
      });
    case "rename":
      return /* @__PURE__ */ a2(RenameForm, {
        ...open,
        entry: dialog.entry
      });
    case "share":
      return /* @__PURE__ */ a2(ShareForm, {
        ...open,
        entry: dialog.entry
      });
    case "remove":
      return /* @__PURE__ */ a2(RemoveForm, {
        ...open,
        entries: dialog.entries
      });
    case "keys":
      return /* @__PURE__ */ a2(Keys, {
        ...open
      });
  }
}
function LoginForm({ browser, onClose }) {
  const onConfirm = (fields) => browser.logIn(String(fields.get("user")), String(fields.get("password")));
  return /* @__PURE__ */ a2(Form, {
    title: text.logIn,
    confirm: text.logIn,
    onClose,
    onConfirm,
    children: [
      /* @__PURE__ */ a2("label", {
        children: [
          text.user,
          /* @__PURE__ */ a2("input", {
            name: "user",
            required: true,
            autoFocus: true,
            autoComplete: "username",
            autoCapitalize: "none"
          })
        ]
      }),
      /* @__PURE__ */ a2("label", {
        children: [
          text.password,
          /* @__PURE__ */ a2("input", {
            name: "password",
            type: "password",
            required: true,
            autoComplete: "current-password"
          })
        ]
      })
    ]
  });
}
function FolderForm({ browser, onClose }) {
  const onConfirm = (fields) => browser.createFolder(String(fields.get("name")));
  return /* @__PURE__ */ a2(Form, {
    title: text.newFolder,
    confirm: text.create,
    onClose,
    onConfirm,
    children: /* @__PURE__ */ a2("label", {
      children: [
        text.folderName,
        /* @__PURE__ */ a2("input", {
          name: "name",
          required: true,
          autoFocus: true,
          pattern: "[^/]+",
          autoComplete: "off"
        })
      ]
    })
  });
}
function RenameForm({ browser, onClose, entry }) {
  const onConfirm = (fields) => browser.rename(entry, String(fields.get("name")));
  const { name } = entry;
  return /* @__PURE__ */ a2(Form, {
    title: text.rename,
    confirm: text.rename,
    onClose,
    onConfirm,
    children: /* @__PURE__ */ a2("label", {
      children: [
        text.newName,
        /* @__PURE__ */ a2("input", {
          name: "name",
          required: true,
          autoFocus: true,
          pattern: "[^/]+",
          autoComplete: "off",
          defaultValue: name,
          onFocus: ({ currentTarget }) => currentTarget.setSelectionRange(0, name.replace(/(?<=.)\\.[^.]*$/, "").length)
        })
      ]
    })
  });
}
function RemoveForm({ browser, onClose, entries }) {
  return /* @__PURE__ */ a2(Form, {
    title: text.askRemove(entries[0]?.name ?? "", entries.length),
    confirm: text.remove,
    dangerous: true,
    onClose,
    onConfirm: () => browser.remove(entries),
    children: /* @__PURE__ */ a2("p", {
      children: text.removeNote
    })
  });
}
function Keys({ onClose }) {
  return /* @__PURE__ */ a2(Modal, {
    title: text.keys,
    onClose,
    children: [
      /* @__PURE__ */ a2("h2", {
        children: text.keys
      }),
      /* @__PURE__ */ a2("dl", {
        class: "keys",
        children: text.keyHelp.map(([keys, what]) => /* @__PURE__ */ a2("div", {
          children: [
            /* @__PURE__ */ a2("dt", {
              children: keys
            }),
            /* @__PURE__ */ a2("dd", {
              children: what
            })
          ]
        }, keys))
      }),
      /* @__PURE__ */ a2("div", {
        class: "buttons",
        children: /* @__PURE__ */ a2("button", {
          type: "button",
          class: "main",
          autoFocus: true,
          onClick: onClose,
          children: text.close
        })
      })
    ]
  });
}

var MAX_URL_CHARS = 4e3;
function downloadOf(place, entries, root) {
  const [first] = entries;
  const title = place.names.at(-1) ?? root;
  if (entries.length === 1 && first !== void 0) {
    const url2 = entryUrl(place, first);
    if (first.type === "file") return {
      url: url2,
      name: first.name
    };
    return {
      url: \`\${url2}?archive=zip\`,
      name: \`\${first.name}.zip\`
    };
  }
  const query = new URLSearchParams({
    archive: "zip"
  });
  for (const { name: name2 } of entries) query.append("name", name2);
  const name = \`\${title}.zip\`;
  const url = \`\${folderUrl(place)}?\${query}\`;
  if (url.length <= MAX_URL_CHARS) return {
    url,
    name
  };
  return {
    url: folderUrl(place),
    name,
    fields: [
      ...query
    ]
  };
}

function startDownload({ url, name, fields }) {
  if (fields !== void 0) return sendForm(url, fields);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}
function sendForm(url, fields) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = url;
  for (const [name, value] of fields) {
    const field = document.createElement("input");
    Object.assign(field, {
      type: "hidden",
      name,
      value
    });
    form.append(field);
  }
  document.body.append(form);
  form.submit();
  form.remove();
}

var PLAIN = {
  ArrowDown: "down",
  ArrowUp: "up",
  Home: "first",
  End: "last",
  " ": "toggle",
  Backspace: "parent",
  "/": "filter",
  F2: "rename",
  Delete: "remove",
  n: "folder",
  d: "download",
  u: "upload",
  Escape: "clear",
  "?": "keys"
};
var SHIFTED = {
  ArrowDown: "extend down",
  ArrowUp: "extend up",
  "?": "keys",
  "/": "filter"
};
function commandOf(key) {
  if (key.altKey) return key.key === "ArrowUp" ? "parent" : void 0;
  if (key.ctrlKey || key.metaKey) return key.key === "a" ? "all" : void 0;
  const commands = key.shiftKey ? SHIFTED : PLAIN;
  return Object.hasOwn(commands, key.key) ? commands[key.key] : void 0;
}

var EMPTY = {
  names: /* @__PURE__ */ new Set()
};
function toggled(selection, name) {
  const names = new Set(selection.names);
  if (!names.delete(name)) names.add(name);
  return {
    names,
    cursor: name,
    anchor: name
  };
}
function extended(selection, order, name) {
  const anchor = selection.anchor ?? selection.cursor ?? name;
  const [from, to] = [
    order.indexOf(anchor),
    order.indexOf(name)
  ].sort((a4, b) => a4 - b);
  const range = order.slice(Math.max(0, from), to + 1);
  return {
    names: /* @__PURE__ */ new Set([
      ...selection.names,
      ...range
    ]),
    cursor: name,
    anchor
  };
}
function allToggled(selection, order) {
  const all = order.every((name) => selection.names.has(name));
  return {
    ...selection,
    names: new Set(all ? [] : order)
  };
}
function cleared(selection) {
  return {
    ...selection,
    names: EMPTY.names
  };
}
function moved(selection, order, by) {
  const at = selection.cursor === void 0 ? -1 : order.indexOf(selection.cursor);
  return movedTo(selection, order, at === -1 ? by < 0 ? Infinity : 0 : at + by);
}
function movedTo(selection, order, index) {
  const cursor = order[Math.min(order.length - 1, Math.max(0, index))];
  return {
    ...selection,
    cursor,
    anchor: cursor
  };
}
function kept(selection, names, before = []) {
  const there = new Set(names);
  const has = (name) => name !== void 0 && there.has(name);
  const at = before.indexOf(selection.cursor ?? "");
  const near = () => before.slice(at).find(has) ?? before.slice(0, at).findLast(has);
  return {
    names: new Set([
      ...selection.names
    ].filter(has)),
    cursor: has(selection.cursor) ? selection.cursor : at === -1 ? void 0 : near(),
    anchor: has(selection.anchor) ? selection.anchor : void 0
  };
}

var NAMES2 = new Intl.Collator(void 0, {
  numeric: true,
  sensitivity: "base"
});
var COMPARE = {
  name: (a4, b) => NAMES2.compare(a4.name, b.name),
  size: (a4, b) => a4.bytes - b.bytes || NAMES2.compare(a4.name, b.name),
  time: (a4, b) => a4.mtime < b.mtime ? -1 : a4.mtime > b.mtime ? 1 : NAMES2.compare(a4.name, b.name)
};
function ordered(entries, { sort, descending }) {
  const compare = COMPARE[sort];
  const sign = descending ? -1 : 1;
  return entries.toSorted((a4, b) => foldersFirst(a4, b) || sign * compare(a4, b));
}
function foldersFirst(a4, b) {
  return Number(b.type === "dir") - Number(a4.type === "dir");
}
function filtered(entries, filter) {
  const words2 = plain(filter).split(/\\s+/).filter((word) => word !== "");
  if (words2.length === 0) return entries;
  return entries.filter(({ name }) => {
    const text2 = plain(name);
    return words2.every((word) => text2.includes(word));
  });
}
function plain(text2) {
  return text2.normalize("NFD").replace(/\\p{M}/gu, "").toLowerCase();
}
function totalBytes(entries) {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
function holderName({ holder }) {
  return holder.replace(/^anonymous-[0-9a-f]+$/, "anonymous");
}

function stateAt(place) {
  return {
    place,
    filter: "",
    selection: EMPTY,
    marked: /* @__PURE__ */ new Set(),
    notice: ""
  };
}
function changed(state, change) {
  switch (change.do) {
    case "go":
      return gone(state, change.place);
    case "loaded": {
      const { entries } = change;
      const names = entries.map(({ name }) => name);
      const order = visibleEntries(state).map(({ name }) => name);
      const selection = kept(state.selection, names, order);
      return {
        ...state,
        entries,
        error: void 0,
        selection
      };
    }
    case "failed":
      return {
        ...state,
        entries: void 0,
        error: change.error
      };
    case "session":
      return {
        ...state,
        session: change.session
      };
    case "filter":
      return {
        ...state,
        filter: change.filter
      };
    case "order":
      return {
        ...state,
        place: {
          ...state.place,
          ...change.order
        }
      };
    case "select":
      return {
        ...state,
        selection: change.selection
      };
    case "mark":
      return {
        ...state,
        marked: change.marked
      };
    case "ask":
      return {
        ...state,
        dialog: change.dialog
      };
    case "move":
      return {
        ...state,
        moving: change.moving,
        selection: EMPTY
      };
    case "say":
      return {
        ...state,
        notice: change.notice
      };
  }
}
function gone(state, place) {
  if (folderUrl(place) === folderUrl(state.place)) return {
    ...state,
    place
  };
  const { session, moving } = state;
  return {
    ...stateAt(place),
    session,
    moving
  };
}
function visibleEntries({ entries = [], filter, place }) {
  return ordered(filtered(entries, filter), place);
}
function chosenEntries({ entries = [], selection }) {
  const { names, cursor } = selection;
  if (names.size > 0) return entries.filter(({ name }) => names.has(name));
  return entries.filter(({ name }) => name === cursor);
}

function entriesOf(transfer) {
  const items = [
    ...transfer.items
  ].filter(({ kind }) => kind === "file");
  return items.flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
}
async function walked(entries) {
  const [files, emptyFolders, unreadable] = [
    [],
    [],
    []
  ];
  const visit = async (entry, parent) => {
    const path = parent + entry.name;
    try {
      if (entry.isFile) {
        files.push({
          file: await fileOf(entry),
          path
        });
        return;
      }
      let empty = true;
      for await (const batch of batchesOf(entry)) {
        empty = false;
        for (const child2 of batch) await visit(child2, \`\${path}/\`);
      }
      if (empty) emptyFolders.push(path);
    } catch {
      unreadable.push(path);
    }
  };
  for (const entry of entries) {
    if (entry instanceof File) files.push({
      file: entry,
      path: entry.name
    });
    else await visit(entry, "");
  }
  return {
    files,
    emptyFolders,
    unreadable
  };
}
function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
async function* batchesOf(folder) {
  const reader = folder.createReader();
  for (; ; ) {
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    yield batch;
  }
}
function filesOf(files) {
  const chosen = [
    ...files
  ].map((file) => ({
    file,
    path: file.webkitRelativePath || file.name
  }));
  return {
    files: chosen,
    emptyFolders: []
  };
}

var EN2 = {
  uploads: "Uploads",
  upload: "Upload",
  uploadFolder: "Upload a folder",
  drop: (folder) => \`Drop files and folders to upload them to \${folder}\`,
  notHere: "You are not allowed to write to this folder",
  reading: "Reading\\u2026",
  unreadable: (n2) => n2 === 1 ? "1 item cannot be read" : \`\${n2} items cannot be read\`,
  begun: (n2) => n2 === 1 ? "1 file is being uploaded" : \`\${n2} files are being uploaded\`,
  ended: (done, failed) => \`\${done === 1 ? "1 file was uploaded" : \`\${done} files were uploaded\`}\` + (failed === 0 ? "" : failed === 1 ? ", 1 failed" : \`, \${failed} failed\`),
  progress: (done, all) => \`\${done} of \${all === 1 ? "1 file" : \`\${all} files\`}\`,
  progressOf: (name) => \`Progress of \${name}\`,
  bytes: (sent, all) => \`\${sent} of \${all}\`,
  perSecond: (size) => \`\${size}/s\`,
  left: (time) => \`\${time} left\`,
  pause: "Pause",
  resume: "Continue",
  cancel: "Cancel",
  pauseAll: "Pause all",
  resumeAll: "Continue all",
  cancelAll: "Cancel all",
  retry: "Try again",
  retryAll: "Try all again",
  decide: "Decide",
  chooseAgain: "Choose again",
  otherFile: (name) => \`\${name} is not the file that was chosen before\`,
  close: "Close",
  show: "Show the uploads",
  hide: "Hide the uploads",
  more: (n2) => \`Show \${n2} more\`,
  states: {
    waiting: "Waiting",
    checking: "Comparing with what was sent before",
    sending: "Uploading",
    offline: "Waiting for the server",
    paused: "Paused",
    asking: "A file with this name exists",
    lost: "Choose or drop this file again to continue",
    failed: "Failed",
    done: "Uploaded"
  },
  skipped: (n2) => \`\${n2} skipped\`,
  exists: (name) => \`\${name} exists already\`,
  existsFolder: (name) => \`\${name} is a folder there\`,
  there: "There",
  yours: "Yours",
  replace: "Replace",
  keepBoth: "Keep both",
  skip: "Skip",
  forAll: (n2) => \`The same for all \${n2} files\`,
  errors: {
    worker: "The script that checks files could not be loaded. Load the page again",
    file_changed: "The file was changed or removed meanwhile",
    other_user: "Log in again to continue",
    conflict: "Something is in the way, or someone else has locked it"
  }
};
var PT2 = {
  uploads: "Envios",
  upload: "Enviar",
  uploadFolder: "Enviar uma pasta",
  drop: (folder) => \`Solte arquivos e pastas para envi\\xE1-los a \${folder}\`,
  notHere: "Voc\\xEA n\\xE3o tem permiss\\xE3o para gravar nesta pasta",
  reading: "Lendo\\u2026",
  unreadable: (n2) => n2 === 1 ? "1 item n\\xE3o pode ser lido" : \`\${n2} itens n\\xE3o podem ser lidos\`,
  begun: (n2) => n2 === 1 ? "1 arquivo est\\xE1 sendo enviado" : \`\${n2} arquivos est\\xE3o sendo enviados\`,
  ended: (done, failed) => \`\${done === 1 ? "1 arquivo foi enviado" : \`\${done} arquivos foram enviados\`}\` + (failed === 0 ? "" : failed === 1 ? ", 1 falhou" : \`, \${failed} falharam\`),
  progress: (done, all) => \`\${done} de \${all === 1 ? "1 arquivo" : \`\${all} arquivos\`}\`,
  progressOf: (name) => \`Progresso de \${name}\`,
  bytes: (sent, all) => \`\${sent} de \${all}\`,
  perSecond: (size) => \`\${size}/s\`,
  left: (time) => \`faltam \${time}\`,
  pause: "Pausar",
  resume: "Continuar",
  cancel: "Cancelar",
  pauseAll: "Pausar tudo",
  resumeAll: "Continuar tudo",
  cancelAll: "Cancelar tudo",
  retry: "Tentar de novo",
  retryAll: "Tentar tudo de novo",
  decide: "Decidir",
  chooseAgain: "Escolher de novo",
  otherFile: (name) => \`\${name} n\\xE3o \\xE9 o arquivo que foi escolhido antes\`,
  close: "Fechar",
  show: "Mostrar os envios",
  hide: "Esconder os envios",
  more: (n2) => \`Mostrar mais \${n2}\`,
  states: {
    waiting: "Na fila",
    checking: "Comparando com o que j\\xE1 foi enviado",
    sending: "Enviando",
    offline: "Esperando o servidor",
    paused: "Pausado",
    asking: "J\\xE1 existe um arquivo com este nome",
    lost: "Escolha ou solte este arquivo de novo para continuar",
    failed: "Falhou",
    done: "Enviado"
  },
  skipped: (n2) => n2 === 1 ? "1 ignorado" : \`\${n2} ignorados\`,
  exists: (name) => \`\${name} j\\xE1 existe\`,
  existsFolder: (name) => \`\${name} \\xE9 uma pasta l\\xE1\`,
  there: "L\\xE1",
  yours: "Seu",
  replace: "Substituir",
  keepBoth: "Manter os dois",
  skip: "Ignorar",
  forAll: (n2) => \`O mesmo para todos os \${n2} arquivos\`,
  errors: {
    worker: "O script que verifica os arquivos n\\xE3o p\\xF4de ser carregado. Recarregue a p\\xE1gina",
    file_changed: "O arquivo foi modificado ou removido nesse meio-tempo",
    other_user: "Entre de novo para continuar",
    conflict: "H\\xE1 algo no caminho, ou outra pessoa o bloqueou"
  }
};
var words = text.language === "pt" ? PT2 : EN2;
function whyFailed(error) {
  const { code = "" } = error;
  return words.errors[code] ?? reasonOf(error);
}
function span(seconds) {
  if (seconds < 60) return \`\${Math.ceil(seconds)} s\`;
  if (seconds < 3600) return \`\${Math.ceil(seconds / 60)} min\`;
  return \`\${Math.floor(seconds / 3600)} h \${Math.ceil(seconds % 3600 / 60)} min\`;
}

var IDS = {
  files: "choose-files",
  folder: "choose-folder",
  again: "choose-again"
};
function choose(kind) {
  document.getElementById(IDS[kind])?.click();
}
function ChooseField({ kind, onChoose }) {
  const onChange = ({ currentTarget }) => {
    const chosen = filesOf(currentTarget.files ?? []);
    currentTarget.value = "";
    if (chosen.files.length > 0) onChoose(chosen);
  };
  return /* @__PURE__ */ a2("input", {
    id: IDS[kind],
    type: "file",
    multiple: true,
    hidden: true,
    ...kind === "folder" && {
      webkitdirectory: true
    },
    "aria-label": kind === "folder" ? words.uploadFolder : words.upload,
    onChange
  });
}

function useKeys(browser) {
  F2(() => {
    const end = new AbortController();
    const listen2 = (event) => onKey(browser, event);
    document.addEventListener("keydown", listen2, {
      signal: end.signal
    });
    return () => end.abort();
  }, [
    browser
  ]);
}
function onKey(browser, event) {
  if (document.querySelector("dialog[open]") !== null) return;
  const { target } = event;
  const inField = target instanceof HTMLInputElement && target.type !== "checkbox";
  const command = commandOf(event);
  if (command === void 0) return;
  if (inField && command !== "clear" && command !== "down") return;
  const onButton = target instanceof HTMLButtonElement && command === "toggle";
  if (onButton) return;
  event.preventDefault();
  if (inField) target.blur();
  give(browser, command);
}
function give(browser, command) {
  const { state } = browser;
  const { selection } = state;
  const order = visibleEntries(state).map(({ name }) => name);
  const select = (selection2) => browser.change({
    do: "select",
    selection: selection2
  });
  const ask = (dialog) => browser.change({
    do: "ask",
    dialog
  });
  const chosen = chosenEntries(state);
  const [only] = chosen.length === 1 ? chosen : [];
  const step = (by) => select(moved(selection, order, by));
  const extend = (by) => {
    const { cursor } = moved(selection, order, by);
    if (cursor !== void 0) select(extended(selection, order, cursor));
  };
  const commands = {
    down: () => step(1),
    up: () => step(-1),
    first: () => select(movedTo(selection, order, 0)),
    last: () => select(movedTo(selection, order, Infinity)),
    "extend down": () => extend(1),
    "extend up": () => extend(-1),
    toggle: () => selection.cursor !== void 0 && select(toggled(selection, selection.cursor)),
    all: () => select(allToggled(selection, order)),
    parent: () => void browser.openParent(),
    filter: () => document.querySelector(".filter")?.focus(),
    rename: () => only && ask({
      kind: "rename",
      entry: only
    }),
    remove: () => chosen.length > 0 && ask({
      kind: "remove",
      entries: chosen
    }),
    folder: () => ask({
      kind: "folder"
    }),
    upload: () => choose("files"),
    download: () => chosen.length > 0 && startDownload(downloadOf(state.place, chosen, text.root)),
    clear: () => clear(browser),
    keys: () => ask({
      kind: "keys"
    })
  };
  commands[command]();
}
function clear(browser) {
  const { moving, filter, selection } = browser.state;
  if (moving !== void 0) browser.change({
    do: "move",
    moving: void 0
  });
  else if (filter !== "") browser.change({
    do: "filter",
    filter: ""
  });
  else browser.change({
    do: "select",
    selection: cleared(selection)
  });
}

function Row({ browser, state, entry, atCursor }) {
  const { name, type, bytes, mtime, lock } = entry;
  const { place, selection, marked } = state;
  const folder = type === "dir";
  const opens = folder || hasPreview(name);
  const selected = selection.names.has(name);
  const onOpen = (event) => {
    if (!opens || !isOwnClick(event)) return;
    event.preventDefault();
    void browser.open(folder ? child(place, name) : {
      ...place,
      shown: name
    });
  };
  const onCheck = (event) => {
    const order = visibleEntries(state).map(({ name: name2 }) => name2);
    const change = event.shiftKey ? extended(selection, order, name) : toggled(selection, name);
    browser.change({
      do: "select",
      selection: change
    });
  };
  return /* @__PURE__ */ a2("tr", {
    class: \`\${selected ? "selected" : ""} \${marked.has(name) ? "marked" : ""}\`.trim(),
    children: [
      /* @__PURE__ */ a2("td", {
        class: "check",
        children: /* @__PURE__ */ a2("input", {
          type: "checkbox",
          tabIndex: -1,
          "aria-label": text.select(name),
          checked: selected,
          onClick: onCheck
        })
      }),
      /* @__PURE__ */ a2("td", {
        class: "name",
        children: /* @__PURE__ */ a2("div", {
          class: "entry",
          children: [
            /* @__PURE__ */ a2(EntryIcon, {
              entry
            }),
            /* @__PURE__ */ a2("a", {
              href: entryUrl(place, entry),
              download: opens ? void 0 : name,
              tabIndex: atCursor ? 0 : -1,
              onClick: onOpen,
              onFocus: () => selection.cursor !== name && browser.change({
                do: "select",
                selection: {
                  ...selection,
                  cursor: name
                }
              }),
              children: name
            }),
            lock && /* @__PURE__ */ a2("span", {
              class: "lock",
              title: text.lockedBy(holderName(lock)),
              children: [
                /* @__PURE__ */ a2(Icon, {
                  name: "lock"
                }),
                /* @__PURE__ */ a2("span", {
                  children: holderName(lock)
                })
              ]
            })
          ]
        })
      }),
      /* @__PURE__ */ a2("td", {
        class: "size",
        children: folder ? "" : format.size(bytes)
      }),
      /* @__PURE__ */ a2("td", {
        class: "time",
        children: /* @__PURE__ */ a2("time", {
          dateTime: mtime,
          title: format.fullTime(mtime),
          children: format.time(mtime, Date.now())
        })
      })
    ]
  });
}

var [FIRST_ROWS, MORE_ROWS] = [
  80,
  400
];
var COLUMNS = [
  [
    "name",
    text.name
  ],
  [
    "size",
    text.size
  ],
  [
    "time",
    text.changed
  ]
];
function Listing(part) {
  const { browser, state } = part;
  const { entries, error, filter } = state;
  if (error !== void 0) return /* @__PURE__ */ a2(Failure, {
    ...part
  });
  if (entries === void 0) return /* @__PURE__ */ a2("p", {
    class: "blank",
    children: text.loading
  });
  if (entries.length === 0) return /* @__PURE__ */ a2("p", {
    class: "blank",
    children: text.empty
  });
  const visible = visibleEntries(state);
  const names = visible.map(({ name }) => name);
  return /* @__PURE__ */ a2($, {
    children: [
      /* @__PURE__ */ a2("table", {
        class: "listing",
        children: [
          /* @__PURE__ */ a2("thead", {
            children: /* @__PURE__ */ a2("tr", {
              children: [
                /* @__PURE__ */ a2("th", {
                  class: "check",
                  children: /* @__PURE__ */ a2("input", {
                    type: "checkbox",
                    "aria-label": text.selectAll,
                    checked: names.length > 0 && names.every((name) => state.selection.names.has(name)),
                    onClick: () => browser.change({
                      do: "select",
                      selection: allToggled(state.selection, names)
                    })
                  })
                }),
                COLUMNS.map(([sort, label]) => /* @__PURE__ */ a2(Column, {
                  sort,
                  label,
                  ...part
                }, sort))
              ]
            })
          }),
          /* @__PURE__ */ a2(Rows, {
            ...part
          }, folderUrl(state.place))
        ]
      }),
      visible.length === 0 && /* @__PURE__ */ a2("p", {
        class: "blank",
        children: [
          text.noMatch,
          ": ",
          filter
        ]
      })
    ]
  });
}
function Column({ browser, state: { place }, sort, label }) {
  const active = place.sort === sort;
  const order = {
    sort,
    descending: active && !place.descending
  };
  const direction = place.descending ? "descending" : "ascending";
  return /* @__PURE__ */ a2("th", {
    class: sort,
    "aria-sort": active ? direction : void 0,
    children: /* @__PURE__ */ a2("button", {
      type: "button",
      onClick: () => browser.order(order),
      children: label
    })
  });
}
function Rows({ browser, state }) {
  const [rows, draw] = d2(FIRST_ROWS);
  const body = T2(null);
  const end = T2(null);
  const visible = visibleEntries(state);
  const { cursor } = state.selection;
  const at = visible.findIndex(({ name }) => name === cursor);
  const drawn = visible.slice(0, Math.max(rows, at + 2));
  A2(() => {
    if (end.current === null) return;
    const more = new IntersectionObserver(([seen]) => {
      if (seen?.isIntersecting) draw(drawn.length + MORE_ROWS);
    }, {
      rootMargin: "1000px"
    });
    more.observe(end.current);
    return () => more.disconnect();
  }, [
    drawn.length
  ]);
  F2(() => {
    const link = body.current?.querySelector("a[tabindex='0']");
    if (at !== -1 && document.activeElement !== link && !isBusy()) link?.focus();
  }, [
    cursor
  ]);
  return /* @__PURE__ */ a2("tbody", {
    ref: body,
    children: [
      drawn.map((entry, i3) => /* @__PURE__ */ a2(Row, {
        browser,
        state,
        entry,
        atCursor: at === -1 ? i3 === 0 : i3 === at
      }, entry.name)),
      drawn.length < visible.length && /* @__PURE__ */ a2("tr", {
        ref: end,
        children: /* @__PURE__ */ a2("td", {
          colSpan: 4,
          children: /* @__PURE__ */ a2("button", {
            type: "button",
            onClick: () => draw(drawn.length + MORE_ROWS),
            children: text.showMore
          })
        })
      })
    ]
  });
}
function isBusy() {
  return document.activeElement?.matches("input:not([type=checkbox]), dialog *, .chat *") ?? false;
}
function Failure({ browser, state: { error, session } }) {
  const refused = error instanceof ApiError && (error.status === 401 || error.status === 403);
  const canLogIn = refused && session?.anonymous && session.canLogIn;
  return /* @__PURE__ */ a2("div", {
    class: "blank",
    role: "alert",
    children: [
      /* @__PURE__ */ a2("p", {
        children: canLogIn ? text.needsLogin : reasonOf(error)
      }),
      refused && session?.canLogIn === false && /* @__PURE__ */ a2("p", {
        children: text.noLogin
      }),
      error instanceof ApiError && error.code === "network" && /* @__PURE__ */ a2("button", {
        type: "button",
        class: "main",
        onClick: () => void browser.load(),
        children: text.retry
      }),
      canLogIn && /* @__PURE__ */ a2("button", {
        type: "button",
        class: "main",
        onClick: () => browser.change({
          do: "ask",
          dialog: {
            kind: "login"
          }
        }),
        children: text.logIn
      })
    ]
  });
}

var MAX_TEXT_BYTES = 512 * 1024;
var MAX_PDF_BYTES = 200 * 1024 * 1024;
function Preview({ browser, state }) {
  const { place, entries } = state;
  const shown = entries?.find(({ name }) => name === place.shown);
  if (shown === void 0) return null;
  const files = visibleEntries(state).filter(({ type, name }) => type === "file" && (hasPreview(name) || name === shown.name));
  const at = files.findIndex(({ name }) => name === shown.name);
  const go = (by) => {
    const to = files[at + by];
    if (to !== void 0) browser.showInstead(to.name);
  };
  const url = entryUrl(place, shown);
  const onKeyDown = ({ key, target }) => {
    if (target instanceof HTMLMediaElement) return;
    if (key === "ArrowLeft") go(-1);
    if (key === "ArrowRight") go(1);
  };
  return /* @__PURE__ */ a2(Modal, {
    title: shown.name,
    class: "preview",
    onClose: () => browser.closeShown(),
    children: /* @__PURE__ */ a2("div", {
      class: "frame",
      onKeyDown,
      children: [
        /* @__PURE__ */ a2("header", {
          children: [
            /* @__PURE__ */ a2("button", {
              type: "button",
              class: "command",
              title: text.close,
              autoFocus: true,
              onClick: () => browser.closeShown(),
              children: /* @__PURE__ */ a2(Icon, {
                name: "close"
              })
            }),
            /* @__PURE__ */ a2("h2", {
              children: shown.name
            }),
            /* @__PURE__ */ a2("button", {
              type: "button",
              class: "command",
              title: text.previous,
              disabled: at <= 0,
              onClick: () => go(-1),
              children: /* @__PURE__ */ a2(Icon, {
                name: "left"
              })
            }),
            /* @__PURE__ */ a2("button", {
              type: "button",
              class: "command",
              title: text.next,
              disabled: at >= files.length - 1,
              onClick: () => go(1),
              children: /* @__PURE__ */ a2(Icon, {
                name: "right"
              })
            }),
            /* @__PURE__ */ a2("a", {
              class: "command",
              href: url,
              download: shown.name,
              title: text.download,
              children: /* @__PURE__ */ a2(Icon, {
                name: "download"
              })
            })
          ]
        }),
        /* @__PURE__ */ a2(Content, {
          api: browser.api,
          entry: shown,
          url
        }, url)
      ]
    })
  });
}
function Content(props) {
  const { entry: { name }, url } = props;
  switch (kindOf(name)) {
    case "image":
      return /* @__PURE__ */ a2("img", {
        src: url,
        alt: name
      });
    case "video":
      return /* @__PURE__ */ a2("video", {
        src: url,
        controls: true,
        autoPlay: true,
        playsInline: true
      });
    case "audio":
      return /* @__PURE__ */ a2("audio", {
        src: url,
        controls: true,
        autoPlay: true
      });
    case "pdf":
      return /* @__PURE__ */ a2(Pdf, {
        ...props
      });
    case "text":
      return /* @__PURE__ */ a2(TextContent, {
        ...props
      });
    default:
      return /* @__PURE__ */ a2("p", {
        class: "blank",
        children: text.noPreview
      });
  }
}
function useLoaded(load) {
  const [loaded, show] = d2();
  A2(() => {
    load().then(show, (error) => show(reasonOf(error)));
  }, []);
  return loaded;
}
function TextContent({ api, entry: { bytes }, url }) {
  const loaded = useLoaded(() => bytes === 0 ? Promise.resolve([
    "",
    false
  ]) : api.text(url, MAX_TEXT_BYTES));
  if (typeof loaded !== "object") return /* @__PURE__ */ a2("p", {
    class: "blank",
    children: loaded ?? text.loading
  });
  const [content, more] = loaded;
  return /* @__PURE__ */ a2("div", {
    class: "text",
    tabIndex: 0,
    children: [
      /* @__PURE__ */ a2("pre", {
        children: content
      }),
      more && /* @__PURE__ */ a2("p", {
        class: "blank",
        children: text.cut
      })
    ]
  });
}
function Pdf({ api, entry: { bytes }, url }) {
  const possible = navigator.pdfViewerEnabled && bytes <= MAX_PDF_BYTES;
  const [copy, setCopy] = d2();
  const [error, setError] = d2();
  A2(() => {
    if (!possible) return;
    const end = new AbortController();
    let made;
    const load = async () => {
      const response = await api.send(url, {
        signal: end.signal
      });
      const blob = new Blob([
        await response.arrayBuffer()
      ], {
        type: "application/pdf"
      });
      setCopy(made = URL.createObjectURL(blob));
    };
    load().catch((error2) => end.signal.aborted || setError(error2));
    return () => {
      end.abort();
      if (made !== void 0) URL.revokeObjectURL(made);
    };
  }, []);
  if (copy !== void 0) return /* @__PURE__ */ a2("iframe", {
    src: copy,
    title: url
  });
  if (error !== void 0) return /* @__PURE__ */ a2("p", {
    class: "blank",
    children: reasonOf(error)
  });
  return /* @__PURE__ */ a2("p", {
    class: "blank",
    children: possible ? text.loading : text.noPreview
  });
}

function Command({ icon, label, quiet, onClick }) {
  return /* @__PURE__ */ a2("button", {
    type: "button",
    class: quiet ? "command quiet" : "command",
    title: label,
    onClick,
    children: [
      /* @__PURE__ */ a2(Icon, {
        name: icon
      }),
      /* @__PURE__ */ a2("span", {
        children: label
      })
    ]
  });
}
function DownloadLink({ download, label }) {
  const { url, name, fields } = download;
  const onClick = (event) => {
    if (fields === void 0) return;
    event.preventDefault();
    startDownload(download);
  };
  return /* @__PURE__ */ a2("a", {
    class: "command",
    href: url,
    download: name,
    title: label,
    onClick,
    children: [
      /* @__PURE__ */ a2(Icon, {
        name: "download"
      }),
      /* @__PURE__ */ a2("span", {
        children: label
      })
    ]
  });
}
function Tools(part) {
  const { moving, selection, error } = part.state;
  return /* @__PURE__ */ a2("div", {
    class: "tools",
    children: [
      error === void 0 && /* @__PURE__ */ a2(FolderTools, {
        ...part
      }),
      moving !== void 0 ? /* @__PURE__ */ a2(MovingTools, {
        ...part
      }) : selection.names.size > 0 && /* @__PURE__ */ a2(SelectionTools, {
        ...part
      })
    ]
  });
}
function FolderTools({ browser, state }) {
  const { place, filter, session, entries = [] } = state;
  return /* @__PURE__ */ a2("div", {
    class: "bar",
    children: [
      /* @__PURE__ */ a2("input", {
        type: "search",
        class: "filter",
        placeholder: text.filter,
        "aria-label": text.filter,
        value: filter,
        onInput: (event) => browser.change({
          do: "filter",
          filter: event.currentTarget.value
        })
      }),
      session?.canWrite !== false && /* @__PURE__ */ a2($, {
        children: [
          /* @__PURE__ */ a2(Command, {
            icon: "upload",
            label: words.upload,
            onClick: () => choose("files")
          }),
          /* @__PURE__ */ a2(Command, {
            icon: "uploadFolder",
            label: words.uploadFolder,
            quiet: true,
            onClick: () => choose("folder")
          }),
          /* @__PURE__ */ a2(Command, {
            icon: "plus",
            label: text.newFolder,
            onClick: () => browser.change({
              do: "ask",
              dialog: {
                kind: "folder"
              }
            })
          })
        ]
      }),
      entries.length > 0 && /* @__PURE__ */ a2(DownloadLink, {
        download: downloadOf(place, [], text.root),
        label: text.downloadAll
      })
    ]
  });
}
function SelectionTools({ browser, state }) {
  const { entries = [], selection, place, session } = state;
  const chosen = entries.filter(({ name }) => selection.names.has(name));
  const [only] = chosen.length === 1 ? chosen : [];
  const ask = (dialog) => browser.change({
    do: "ask",
    dialog
  });
  const canWrite = session?.canWrite !== false;
  return /* @__PURE__ */ a2("div", {
    class: "bar selection",
    role: "toolbar",
    "aria-label": text.selected(chosen.length, ""),
    children: [
      /* @__PURE__ */ a2(Command, {
        icon: "close",
        label: text.clearSelection,
        quiet: true,
        onClick: () => browser.change({
          do: "select",
          selection: cleared(selection)
        })
      }),
      /* @__PURE__ */ a2("strong", {
        children: [
          /* @__PURE__ */ a2("span", {
            class: "wide",
            children: text.selected(chosen.length, format.size(totalBytes(chosen)))
          }),
          /* @__PURE__ */ a2("span", {
            class: "narrow",
            "aria-hidden": "true",
            children: chosen.length
          })
        ]
      }),
      /* @__PURE__ */ a2(DownloadLink, {
        download: downloadOf(place, chosen, text.root),
        label: text.download
      }),
      only && place.base === "/files/" && /* @__PURE__ */ a2(Command, {
        icon: "share",
        label: text.share,
        onClick: () => ask({
          kind: "share",
          entry: only
        })
      }),
      canWrite && only && /* @__PURE__ */ a2(Command, {
        icon: "rename",
        label: text.rename,
        onClick: () => ask({
          kind: "rename",
          entry: only
        })
      }),
      canWrite && /* @__PURE__ */ a2($, {
        children: [
          /* @__PURE__ */ a2(Command, {
            icon: "move",
            label: text.move,
            onClick: () => browser.change({
              do: "move",
              moving: {
                from: place,
                entries: chosen
              }
            })
          }),
          /* @__PURE__ */ a2(Command, {
            icon: "trash",
            label: text.remove,
            onClick: () => ask({
              kind: "remove",
              entries: chosen
            })
          })
        ]
      })
    ]
  });
}
function MovingTools({ browser, state: { moving, session } }) {
  return /* @__PURE__ */ a2("div", {
    class: "bar selection",
    role: "toolbar",
    "aria-label": text.move,
    children: [
      /* @__PURE__ */ a2("strong", {
        children: text.moving(moving.entries.length)
      }),
      /* @__PURE__ */ a2("button", {
        type: "button",
        class: "main",
        disabled: session?.canWrite === false,
        onClick: () => void browser.moveHere(),
        children: text.moveHere
      }),
      /* @__PURE__ */ a2("button", {
        type: "button",
        onClick: () => browser.change({
          do: "move",
          moving: void 0
        }),
        children: text.cancel
      })
    ]
  });
}

function User({ browser, state: { session, place } }) {
  if (session === void 0 || place.base !== "/files/") return null;
  const { user, anonymous, canLogIn } = session;
  if (anonymous) {
    return canLogIn ? /* @__PURE__ */ a2("button", {
      type: "button",
      class: "user",
      onClick: () => browser.change({
        do: "ask",
        dialog: {
          kind: "login"
        }
      }),
      children: [
        /* @__PURE__ */ a2(Icon, {
          name: "user"
        }),
        " ",
        text.logIn
      ]
    }) : null;
  }
  return /* @__PURE__ */ a2("button", {
    type: "button",
    class: "user",
    title: text.logOut,
    onClick: () => void browser.logOut(),
    children: [
      /* @__PURE__ */ a2(Icon, {
        name: "user"
      }),
      " ",
      user,
      " \\xB7 ",
      text.logOut
    ]
  });
}

function ConflictForm({ queue, item, onClose }) {
  const [forAll, setForAll] = d2(false);
  const { id, path, taken } = item;
  const asking = queue.items.count("asking");
  const name = path.split("/").at(-1);
  const title = taken?.type === "dir" ? words.existsFolder(name) : words.exists(name);
  const answer = (choice) => queue.answer(id, choice, forAll);
  return /* @__PURE__ */ a2(Modal, {
    title,
    onClose,
    children: [
      /* @__PURE__ */ a2("h2", {
        children: title
      }),
      /* @__PURE__ */ a2("dl", {
        class: "versions",
        children: [
          taken?.type === "file" && /* @__PURE__ */ a2(Version, {
            label: words.there,
            bytes: taken.bytes,
            mtime: taken.mtime
          }),
          /* @__PURE__ */ a2(Version, {
            label: words.yours,
            bytes: item.bytes,
            mtime: new Date(item.lastModified).toISOString()
          })
        ]
      }),
      asking > 1 && /* @__PURE__ */ a2("label", {
        class: "choice",
        children: [
          /* @__PURE__ */ a2("input", {
            type: "checkbox",
            checked: forAll,
            onClick: ({ currentTarget }) => setForAll(currentTarget.checked)
          }),
          words.forAll(asking)
        ]
      }),
      /* @__PURE__ */ a2("div", {
        class: "buttons",
        children: [
          /* @__PURE__ */ a2("button", {
            type: "button",
            onClick: () => answer("skip"),
            children: words.skip
          }),
          /* @__PURE__ */ a2("button", {
            type: "button",
            autoFocus: true,
            onClick: () => answer("rename"),
            children: words.keepBoth
          }),
          taken?.type === "file" && /* @__PURE__ */ a2("button", {
            type: "button",
            class: "main",
            onClick: () => answer("replace"),
            children: words.replace
          })
        ]
      })
    ]
  });
}
function Version({ label, bytes, mtime }) {
  return /* @__PURE__ */ a2("div", {
    children: [
      /* @__PURE__ */ a2("dt", {
        children: label
      }),
      /* @__PURE__ */ a2("dd", {
        children: \`\${format.size(bytes)}, \${format.time(mtime, Date.now())}\`
      })
    ]
  });
}

function DropZone({ folder, canWrite, onChoose }) {
  const [over, setOver] = d2(false);
  A2(() => {
    const end = new AbortController();
    listen(setOver, onChoose, end.signal);
    return () => end.abort();
  }, [
    onChoose
  ]);
  if (!over) return null;
  return /* @__PURE__ */ a2("div", {
    class: "drop",
    "aria-hidden": "true",
    children: /* @__PURE__ */ a2("p", {
      children: [
        /* @__PURE__ */ a2(Icon, {
          name: canWrite ? "upload" : "lock"
        }),
        canWrite ? words.drop(folder) : words.notHere
      ]
    })
  });
}
function listen(setOver, onChoose, signal) {
  const hasFiles = ({ dataTransfer }) => dataTransfer?.types.includes("Files") ?? false;
  const onDrag = (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    setOver(true);
  };
  addEventListener("dragenter", onDrag, {
    signal
  });
  addEventListener("dragover", onDrag, {
    signal
  });
  const onLeave = ({ relatedTarget }) => relatedTarget === null && setOver(false);
  addEventListener("dragleave", onLeave, {
    signal
  });
  addEventListener("drop", (event) => {
    setOver(false);
    if (!hasFiles(event) || event.dataTransfer === null) return;
    event.preventDefault();
    onChoose(walked(entriesOf(event.dataTransfer)));
  }, {
    signal
  });
  addEventListener("paste", ({ clipboardData, target }) => {
    const inField = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    const files = [
      ...clipboardData?.files ?? []
    ];
    if (!inField && files.length > 0) onChoose(filesOf(files));
  }, {
    signal
  });
}

function isActive({ state }) {
  return state === "waiting" || isSending({
    state
  });
}
function isSending({ state }) {
  return state === "sending" || state === "checking" || state === "offline";
}

var WINDOW_MS = 8e3;
var STEP_MS = 250;
var Rate = class {
  #samples = [];
  note(bytes, nowMs) {
    const last = this.#samples.at(-1);
    if (last !== void 0 && bytes < last.bytes) this.#samples = [];
    else if (last !== void 0 && nowMs - last.ms < STEP_MS) return;
    this.#samples.push({
      ms: nowMs,
      bytes
    });
    const oldest = nowMs - WINDOW_MS;
    const first = this.#samples.findIndex(({ ms }) => ms >= oldest);
    this.#samples.splice(0, Math.max(0, Math.min(first, this.#samples.length - 2)));
  }
  get perSecond() {
    const [first, last] = [
      this.#samples[0],
      this.#samples.at(-1)
    ];
    if (first === void 0 || last === void 0 || last.ms - first.ms < STEP_MS) return 0;
    return (last.bytes - first.bytes) / (last.ms - first.ms) * 1e3;
  }
  secondsFor(bytes) {
    return this.perSecond > 0 ? Math.ceil(bytes / this.perSecond) : void 0;
  }
};

var Rates = class {
  all = new Rate();
  allBytes = 0;
  sentBytes = 0;
  #each = /* @__PURE__ */ new Map();
  of({ id }) {
    return this.#each.get(id);
  }
  note(items, nowMs) {
    [this.allBytes, this.sentBytes] = [
      0,
      0
    ];
    for (const item of items.all()) {
      const { id, bytes, sent, state } = item;
      this.allBytes += bytes;
      this.sentBytes += sent;
      if (state === "sending") {
        const rate = this.#each.get(id) ?? new Rate();
        this.#each.set(id, rate);
        rate.note(sent, nowMs);
      } else if (!isSending(item)) this.#each.delete(id);
    }
    this.all.note(this.sentBytes, nowMs);
  }
};

function UploadRow({ queue, item, rate, onDecide }) {
  const { id, path, bytes, sent, state } = item;
  const name = path.split("/").at(-1);
  const isUnderWay = state === "sending" || state === "checking" || state === "offline";
  return /* @__PURE__ */ a2("li", {
    class: state,
    children: [
      /* @__PURE__ */ a2("div", {
        class: "what",
        children: [
          /* @__PURE__ */ a2("span", {
            class: "name",
            title: path,
            children: name
          }),
          /* @__PURE__ */ a2("span", {
            class: "how",
            children: statusOf(item, rate)
          }),
          (isUnderWay || state === "paused") && /* @__PURE__ */ a2("progress", {
            "aria-label": words.progressOf(name),
            max: bytes || 1,
            value: sent
          })
        ]
      }),
      state === "asking" && /* @__PURE__ */ a2("button", {
        type: "button",
        "aria-label": \`\${words.decide}: \${name}\`,
        onClick: onDecide,
        children: words.decide
      }),
      state === "lost" && /* @__PURE__ */ a2("button", {
        type: "button",
        "aria-label": \`\${words.chooseAgain}: \${name}\`,
        onClick: () => choose("again"),
        children: words.chooseAgain
      }),
      (isUnderWay || state === "waiting") && /* @__PURE__ */ a2(Small, {
        icon: "pause",
        label: words.pause,
        name,
        onClick: () => queue.pause(id)
      }),
      state === "paused" && /* @__PURE__ */ a2(Small, {
        icon: "play",
        label: words.resume,
        name,
        onClick: () => queue.resume(id)
      }),
      state === "failed" && /* @__PURE__ */ a2(Small, {
        icon: "again",
        label: words.retry,
        name,
        onClick: () => queue.resume(id)
      }),
      /* @__PURE__ */ a2(Small, {
        icon: "close",
        label: words.cancel,
        name,
        onClick: () => queue.cancel(id)
      })
    ]
  });
}
function Small({ icon, label, name, onClick }) {
  return /* @__PURE__ */ a2("button", {
    type: "button",
    class: "small",
    title: label,
    "aria-label": \`\${label}: \${name}\`,
    onClick,
    children: /* @__PURE__ */ a2(Icon, {
      name: icon
    })
  });
}
function statusOf({ state, sent, bytes, error }, rate) {
  if (state === "failed") return whyFailed(error);
  const size = format.size(bytes);
  if (state === "waiting") return size;
  if (state !== "sending") return words.states[state];
  const seconds = rate?.secondsFor(bytes - sent);
  const parts = [
    words.bytes(format.size(sent), size)
  ];
  if (rate !== void 0 && rate.perSecond > 0) {
    parts.push(words.perSecond(format.size(rate.perSecond)));
  }
  if (seconds !== void 0) parts.push(words.left(span(seconds)));
  return parts.join(" \\xB7 ");
}

var [FIRST_ROWS2, MORE_ROWS2] = [
  30,
  200
];
var ORDER = [
  ...[
    "failed",
    "asking",
    "lost",
    "offline",
    "checking",
    "sending",
    "paused",
    "waiting"
  ]
];
function UploadPanel({ queue, rates, onDecide }) {
  const [open, setOpen] = d2(!matchMedia("(max-width: 48rem)").matches);
  const [rows, draw] = d2(FIRST_ROWS2);
  const { items } = queue;
  const left = items.count(...ORDER);
  const done = items.count("done");
  if (left + done + queue.skipped === 0) return null;
  const drawn = items.in(...ORDER).take(rows).toArray();
  return /* @__PURE__ */ a2("section", {
    class: "uploads",
    "aria-label": words.uploads,
    children: [
      /* @__PURE__ */ a2("header", {
        children: [
          /* @__PURE__ */ a2("button", {
            type: "button",
            class: "title",
            "aria-expanded": open,
            title: open ? words.hide : words.show,
            onClick: () => setOpen(!open),
            children: [
              /* @__PURE__ */ a2(Icon, {
                name: open ? "down" : "up"
              }),
              /* @__PURE__ */ a2("span", {
                children: summary(queue, rates)
              })
            ]
          }),
          /* @__PURE__ */ a2(AllButtons, {
            queue
          })
        ]
      }),
      /* @__PURE__ */ a2("progress", {
        "aria-label": words.uploads,
        max: rates.allBytes || 1,
        value: rates.sentBytes
      }),
      open && drawn.length > 0 && /* @__PURE__ */ a2("ul", {
        children: [
          drawn.map((item) => /* @__PURE__ */ a2(UploadRow, {
            queue,
            item,
            rate: rates.of(item),
            onDecide: () => onDecide(item)
          }, item.id)),
          left > drawn.length && /* @__PURE__ */ a2("li", {
            children: /* @__PURE__ */ a2("button", {
              type: "button",
              class: "more",
              onClick: () => draw(rows + MORE_ROWS2),
              children: words.more(left - drawn.length)
            })
          })
        ]
      })
    ]
  });
}
function summary(queue, rates) {
  const { items, skipped } = queue;
  const done = items.count("done");
  const parts = [
    words.progress(done, done + items.count(...ORDER))
  ];
  const { perSecond } = rates.all;
  if (items.count("sending") > 0 && perSecond > 0) {
    parts.push(words.perSecond(format.size(perSecond)));
    const seconds = rates.all.secondsFor(rates.allBytes - rates.sentBytes);
    if (seconds !== void 0) parts.push(words.left(span(seconds)));
  }
  if (skipped > 0) parts.push(words.skipped(skipped));
  return parts.join(" \\xB7 ");
}
function AllButtons({ queue }) {
  const { items } = queue;
  const active = items.count("waiting", "checking", "sending", "offline");
  const failed = items.count("failed");
  const idle = failed + items.count("paused");
  const left = items.count(...ORDER);
  const each = (states, act) => () => {
    for (const { id } of [
      ...items.in(...states)
    ]) act(id);
  };
  return /* @__PURE__ */ a2($, {
    children: [
      active > 0 && /* @__PURE__ */ a2(Button, {
        icon: "pause",
        label: words.pauseAll,
        // Those that wait first, as each that pauses makes room for one of them.
        onClick: each([
          "waiting",
          "offline",
          "checking",
          "sending"
        ], (id) => queue.pause(id))
      }),
      active === 0 && idle > 0 && /* @__PURE__ */ a2(Button, {
        icon: failed > 0 ? "again" : "play",
        label: failed > 0 ? words.retryAll : words.resumeAll,
        onClick: each([
          "failed",
          "paused"
        ], (id) => queue.resume(id))
      }),
      left > 0 ? /* @__PURE__ */ a2(Button, {
        icon: "close",
        label: words.cancelAll,
        onClick: each(ORDER.toReversed(), (id) => queue.cancel(id))
      }) : /* @__PURE__ */ a2(Button, {
        icon: "close",
        label: words.close,
        onClick: () => queue.clear()
      })
    ]
  });
}
function Button({ icon, label, onClick }) {
  return /* @__PURE__ */ a2("button", {
    type: "button",
    class: "small",
    title: label,
    "aria-label": label,
    onClick,
    children: /* @__PURE__ */ a2(Icon, {
      name: icon
    })
  });
}

var DRAW_MS = 150;
function UploadPart({ uploads, state }) {
  const { queue } = uploads;
  const rates = useDrawn(uploads);
  useWarning(uploads);
  const [postponed, postpone] = d2(/* @__PURE__ */ new Set());
  const asked = queue.items.in("asking").find(({ id }) => !postponed.has(id));
  const onChoose = w2(() => (chosen) => void uploads.add(chosen), [
    uploads
  ]);
  const postponeAll = () => postpone(new Set(queue.items.in("asking").map(({ id }) => id)));
  return /* @__PURE__ */ a2($, {
    children: [
      /* @__PURE__ */ a2(ChooseField, {
        kind: "files",
        onChoose
      }),
      /* @__PURE__ */ a2(ChooseField, {
        kind: "folder",
        onChoose
      }),
      /* @__PURE__ */ a2(ChooseField, {
        kind: "again",
        onChoose: ({ files }) => uploads.giveBack(files)
      }),
      /* @__PURE__ */ a2(DropZone, {
        folder: state.place.names.at(-1) ?? text.root,
        canWrite: state.session?.canWrite !== false,
        onChoose
      }),
      /* @__PURE__ */ a2(UploadPanel, {
        queue,
        rates,
        onDecide: ({ id }) => postpone(new Set([
          ...postponed
        ].filter((other) => other !== id)))
      }),
      asked !== void 0 && /* @__PURE__ */ a2(ConflictForm, {
        queue,
        item: asked,
        onClose: postponeAll
      }, asked.id)
    ]
  });
}
function useDrawn({ queue }) {
  const rates = w2(() => new Rates(), [
    queue
  ]);
  const [, draw] = d2(0);
  F2(() => {
    let timer;
    const end = queue.watch(() => {
      timer ??= setTimeout(() => {
        timer = void 0;
        rates.note(queue.items, performance.now());
        draw((times) => times + 1);
      }, DRAW_MS);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [
    queue
  ]);
  return rates;
}
function useWarning({ queue }) {
  A2(() => {
    const end = new AbortController();
    addEventListener("beforeunload", (event) => {
      const { items } = queue;
      if (items.count("waiting", "checking", "sending", "offline") > 0) event.preventDefault();
    }, {
      signal: end.signal
    });
    return () => end.abort();
  }, [
    queue
  ]);
}

function App({ browser, uploads, chat, live }) {
  const [state, show] = d2(browser.state);
  const [said, showSaid] = d2(chat.state);
  F2(() => browser.watch(show), [
    browser
  ]);
  F2(() => chat.watch(showSaid), [
    chat
  ]);
  useKeys(browser);
  const title = titleWith(said.unread, state.place.names.at(-1) ?? text.root);
  const chats = state.place.base === "/files/";
  const chatPart = {
    chat,
    state: said
  };
  A2(() => {
    document.title = title;
  }, [
    title
  ]);
  const parts = {
    browser,
    state
  };
  return /* @__PURE__ */ a2($, {
    children: [
      /* @__PURE__ */ a2("header", {
        class: "top",
        children: [
          /* @__PURE__ */ a2(Crumbs, {
            ...parts
          }),
          chats && /* @__PURE__ */ a2(ChatButton, {
            ...chatPart
          }),
          /* @__PURE__ */ a2(User, {
            ...parts
          })
        ]
      }),
      /* @__PURE__ */ a2(Tools, {
        ...parts
      }),
      /* @__PURE__ */ a2("main", {
        children: /* @__PURE__ */ a2(Listing, {
          ...parts
        })
      }),
      chats && said.isOpen && /* @__PURE__ */ a2(ChatPane, {
        ...chatPart,
        onConnect: () => live.wake(),
        onJoin: () => live.joinAgain()
      }),
      /* @__PURE__ */ a2("p", {
        class: "spoken",
        "aria-live": "polite",
        children: said.spoken
      }),
      /* @__PURE__ */ a2("p", {
        class: "notice",
        role: "status",
        "aria-live": "polite",
        children: state.notice
      }),
      /* @__PURE__ */ a2(Preview, {
        ...parts
      }),
      /* @__PURE__ */ a2(UploadPart, {
        uploads,
        state
      }),
      /* @__PURE__ */ a2(Dialogs, {
        ...parts
      })
    ]
  });
}

var Browser = class {
  api;
  #address;
  #watchers;
  #state;
  #loading;
  #cameFromFolder;
  constructor(api, place, address) {
    this.api = api;
    this.#watchers = /* @__PURE__ */ new Set();
    this.#loading = new AbortController();
    this.#cameFromFolder = false;
    this.#address = address;
    this.#state = stateAt(place);
  }
  get state() {
    return this.#state;
  }
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
  change(change) {
    this.#state = changed(this.#state, change);
    for (const watcher of this.#watchers) watcher(this.#state);
  }
  async open(place) {
    this.#cameFromFolder = place.shown !== void 0;
    this.#address.push(placeUrl(place));
    await this.show(place);
  }
  showInstead(name) {
    const place = {
      ...this.#state.place,
      shown: name
    };
    this.#address.replace(placeUrl(place));
    this.change({
      do: "go",
      place
    });
  }
  closeShown() {
    if (this.#cameFromFolder) return this.#address.back();
    const place = {
      ...this.#state.place,
      shown: void 0
    };
    this.#address.replace(placeUrl(place));
    this.change({
      do: "go",
      place
    });
  }
  async show(place) {
    const same = folderUrl(place) === folderUrl(this.#state.place);
    this.change({
      do: "go",
      place
    });
    if (!same) await this.load();
  }
  async openParent() {
    const { place } = this.#state;
    if (place.names.length > 0) await this.open(ancestor(place, place.names.length - 1));
  }
  async load() {
    this.#loading.abort();
    const { signal } = this.#loading = new AbortController();
    const { place } = this.#state;
    void this.#loadSession(place, signal);
    try {
      const entries = await this.api.list(place, signal);
      if (signal.aborted) return;
      this.change({
        do: "loaded",
        entries
      });
      this.say(text.openFolder(place.names.at(-1) ?? text.root, entries.length));
    } catch (error) {
      if (!signal.aborted) this.change({
        do: "failed",
        error
      });
    }
  }
  async refresh() {
    const { place, entries } = this.#state;
    if (entries === void 0) return;
    const { signal } = this.#loading;
    try {
      const now = await this.api.list(place, signal);
      if (!signal.aborted) this.change({
        do: "loaded",
        entries: now
      });
    } catch {
    }
  }
  async #loadSession(place, signal) {
    try {
      const session = await this.api.session(place);
      if (!signal.aborted) this.change({
        do: "session",
        session
      });
    } catch {
    }
  }
  order(order) {
    this.change({
      do: "order",
      order
    });
    this.#address.replace(placeUrl(this.#state.place));
  }
  say(notice) {
    this.change({
      do: "say",
      notice
    });
  }
  async createFolder(name) {
    await this.#doing(name, async () => {
      await this.api.createFolder(this.#state.place, name);
      return text.created(name);
    });
  }
  async rename(entry, name) {
    const { place } = this.#state;
    await this.#doing(entry.name, async () => {
      await this.api.move(place, entry, place, name);
      return text.renamed(entry.name, name);
    });
  }
  async remove(entries) {
    const { place } = this.#state;
    await this.#each(entries, text.removed, (entry) => this.api.remove(place, entry));
  }
  async moveHere() {
    const { moving, place } = this.#state;
    if (moving === void 0) return;
    this.change({
      do: "move",
      moving: void 0
    });
    const move = (entry) => this.api.move(moving.from, entry, place, entry.name);
    await this.#each(moving.entries, text.moved, move);
  }
  async logIn(user, password) {
    try {
      await this.api.logIn(user, password);
    } catch (error) {
      const wrong2 = error instanceof ApiError && error.status === 401;
      throw wrong2 ? new ApiError(401, "login", text.wrongLogin) : error;
    }
    this.change({
      do: "ask",
      dialog: void 0
    });
    await this.load();
  }
  async logOut() {
    await this.api.logOut();
    await this.load();
  }
  pathOf(entry) {
    return pathOf(this.#state.place, entry.name);
  }
  async #each(entries, done, act) {
    let at = "";
    await this.#doing(() => at, async () => {
      for (const entry of entries) {
        at = entry.name;
        await act(entry);
      }
      return done(entries.length);
    });
  }
  async #doing(name, act) {
    this.change({
      do: "ask",
      dialog: void 0
    });
    let notice;
    try {
      notice = await act();
    } catch (error) {
      notice = text.failed(typeof name === "string" ? name : name(), reasonOf(error));
    }
    await this.load();
    this.say(notice);
  }
};

var MAX_AUDIT_FILE_BYTES = 16 << 20;

var MAX_MESSAGE_BYTES = 8 * 1024;

var MAX_HTTP_HEAD_BYTES = 16 * 1024;

var MAX_COMPARED_BYTES = 64 * 1024 * 1024;
var MAX_CHECKED_BLOCKS = 256 * 1024;

var MiB = 1024 * 1024;
var LANE_MIN_BYTES = 8 * MiB;
var LANE_ENOUGH_RATE = 200 * MiB;

var KiB = 1024;
var MiB2 = 1024 * KiB;
var MAX_LINE_BYTES = 16 * KiB;
var MAX_JSON_BYTES = 64 * MiB2;
var SMALL_JSON_BYTES = 256 * KiB;
var MAX_SKIPPED_FRAME_BYTES = 64 * MiB2;

var MAX_RECEIPT_FILE_BYTES = 256 << 20;

var SCRUB_BYTES_PER_SECOND = 32 << 20;

var DAY_MS = 24 * 36e5;
var MAX_SHARE_TTL_MS = 30 * DAY_MS;

var KiB2 = 1024;
var MAX_WEB_HEAD_BYTES = 32 * KiB2;
var MAX_WEB_TARGET_CHARS = 16 * KiB2;
var MAX_TRAILER_BYTES = 4 * KiB2;
var MAX_SKIPPED_BODY_BYTES = 64 * KiB2;
var LISTING_PIECE_CHARS = 16 * KiB2;
var MAX_SELECTION_BYTES = 1024 * KiB2;
var MAX_EVENT_CHARS = 256 * KiB2;
var MAX_CHAT_FORM_BYTES = 32 * KiB2;
var MAX_FORM_BYTES = 8 * KiB2;
var MAX_SHARE_JSON_BYTES = 32 * KiB2;
var WEB_LOGIN_MS = 5 * 6e4;
var WEB_SESSION_MS = 12 * 36e5;
var MAX_XML_BYTES = 64 * KiB2;
var MAX_UPLOAD_METADATA_CHARS = 8 * KiB2;
var MAX_PROPERTY_CHARS = 16 * KiB2;
var MAX_PROPERTY_PAGES = 64 * KiB2;

var KiB3 = 1024;
var MiB3 = 1024 * KiB3;
var BLOCK_BYTES = MiB3;
var MAX_DATA_BYTES = 256 * KiB3;
var MAX_CONTROL_BYTES = 64 * KiB3;
var SOCKET_READ_BYTES = 512 * KiB3;
var COALESCE_BYTES = MAX_DATA_BYTES + 4 * KiB3;
var STREAM_WINDOW_BYTES = 8 * MiB3;
var MAX_GROWN_BYTES_PER_CONNECTION = 56 * MiB3;
var MAX_GROWN_BYTES = 256 * MiB3;
var LONG_LINE_BYTES_PER_SECOND = 256 * MiB3;
var UNKNOWN_LINE_BYTES = 24 * MiB3;
var MAX_WIDENED_BYTES = 32 * MiB3;
var MAX_WINDOW_BYTES = 1024 * MiB3;
var MAX_BUFFERED_BYTES = 32 * MiB3;
var INFLATED_A_TURN_BYTES = 512 * KiB3;
var MAX_PATH_BYTES = 4096;
var MAX_NAMED_ERROR_BYTES = 48 * KiB3;
var MAX_FILE_BYTES = Number.MAX_SAFE_INTEGER;
var SMALL_FILE_BYTES = 64 * KiB3;
var INLINE_HASH_BYTES = 128 * KiB3;
var STAGED_UPLOAD_TTL_MS = 7 * 24 * 36e5;
var CERTIFICATE_WARNING_MS = 14 * 24 * 36e5;
var MAX_STAGED_BYTES_PER_HOLDER = 64 * 1024 * MiB3;
var INLINE_HASH_TOTAL_BYTES = 8 * MiB3;
var CREDIT_STEP_BYTES = 2 * MiB3;
var COMPRESSION_SAMPLE_BYTES = 4 * KiB3;
var MAX_PREFIX_BYTES = 4 * KiB3 + 4;
var MAX_LISTED_CHARS = 128 * MiB3;
var MAX_MANIFEST_BLOCKS = 16 * MiB3;
var MAX_LOG_FILE_BYTES = 16 * MiB3;
var SYNC_STEP_BYTES = 32 * MiB3;
var MAX_TYPED_LINE_CHARS = 64 * KiB3;
var MAX_COLLECTED_BYTES = 256 * MiB3;
var MAX_TOKEN_LIFE_MS = 36500 * 24 * 36e5;
var ENDED_TOKEN_TTL_MS = 30 * 24 * 36e5;
var LOGIN_BAN_MS = 15 * 6e4;
var MAX_REASON_BYTES = MAX_PATH_BYTES + KiB3;

var COMMANDS = /* @__PURE__ */ new Map([
  [
    "/who",
    "who"
  ],
  [
    "/to",
    "to"
  ],
  [
    "/help",
    "help"
  ],
  [
    "/quit",
    "leave"
  ],
  [
    "/exit",
    "leave"
  ],
  [
    "/sair",
    "leave"
  ]
]);
var KNOWN_CHAT_WORDS = [
  "/who",
  "/to NAME TEXT",
  "/help",
  "/quit"
];
function splitChatLine(line) {
  if (line.trim() === "") return {
    kind: "nothing"
  };
  const [, word, rest = ""] = /^\\s*(\\/\\S+)\\s*([^]*?)\\s*$/.exec(line) ?? [];
  if (word === void 0) return {
    kind: "text",
    text: line
  };
  return {
    kind: "command",
    word,
    command: COMMANDS.get(word.toLowerCase()),
    rest
  };
}
function splitPrivate(rest) {
  const [, to, text2] = /^(\\S+)\\s+([^]+)$/.exec(rest) ?? [];
  return to === void 0 ? void 0 : {
    to,
    text: text2
  };
}

function readChatInput(line) {
  const words2 = splitChatLine(line);
  if (words2.kind === "nothing") return words2;
  if (words2.kind === "text") return {
    kind: "say",
    text: words2.text
  };
  const { word, command, rest } = words2;
  if (command === void 0) {
    return wrong(text.chat.unknownWord(word.slice(0, 80), KNOWN_CHAT_WORDS.join(", ")));
  }
  if (command !== "to") {
    return rest === "" ? {
      kind: command
    } : wrong(text.chat.noArguments(word));
  }
  const message = splitPrivate(rest);
  return message === void 0 ? wrong(text.chat.needsName) : {
    kind: "say",
    ...message
  };
}
function wrong(why) {
  return {
    kind: "wrong",
    why
  };
}

var MAX_KEPT = 200;
var Chat = class {
  #send;
  #memory;
  #watchers = /* @__PURE__ */ new Set();
  #unsent = [];
  #state;
  #stream = "";
  #delivered = 0;
  #joinedAt = 0;
  #visitMs;
  #isVisible = true;
  #isSending = false;
  constructor(send, memory, wide) {
    this.#send = send;
    this.#memory = memory;
    const { seenMs, isOpen } = memory.read();
    this.#visitMs = typeof seenMs === "number" ? seenMs : Infinity;
    this.#state = {
      ...SILENT,
      isOpen: wide && isOpen !== false
    };
  }
  get state() {
    return this.#state;
  }
  get wantedName() {
    const { name } = this.#memory.read();
    return typeof name === "string" && name !== "" ? name : void 0;
  }
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
  #change(state) {
    this.#state = state;
    for (const watcher of this.#watchers) watcher(state);
  }
  #add(line) {
    this.#change(withLine(this.#state, line));
  }
  #remark(remark) {
    this.#add({
      kind: "remark",
      from: "",
      text: remark,
      atMs: Date.now()
    });
  }
  snapshot() {
    const { lines, seat } = this.#state;
    return {
      lines: lines.slice(-MAX_KEPT),
      seat,
      delivered: this.#delivered
    };
  }
  restore({ lines = [], seat, delivered = 0 }) {
    this.#delivered = delivered;
    this.#unsent.length = 0;
    const cut = (line) => line.own === "waiting" ? {
      ...line,
      own: "failed",
      why: text.chat.reloaded
    } : line;
    const { isOpen } = this.#state;
    this.#change({
      ...SILENT,
      isOpen,
      seat,
      lines: lines.map(cut)
    });
  }
  open(isOpen) {
    this.#memory.write({
      isOpen
    });
    this.#change({
      ...this.#state,
      isOpen
    });
    this.#attended();
  }
  isSeen(isVisible) {
    this.#isVisible = isVisible;
    this.#attended();
  }
  #attended() {
    const { isOpen, lines, unread } = this.#state;
    if (!isOpen || !this.#isVisible) return;
    const last = lines.findLast(({ kind, own }) => kind === "message" && own === void 0);
    if (last !== void 0) this.#memory.write({
      seenMs: last.atMs
    });
    if (unread > 0) this.#change({
      ...this.#state,
      unread: 0
    });
  }
  address(to) {
    this.#change({
      ...this.#state,
      to
    });
  }
  connection(state) {
    const againMs = state.kind === "lost" ? state.againMs : void 0;
    const seat = state.kind === "refused" ? void 0 : this.#state.seat;
    this.#change({
      ...this.#state,
      connection: state.kind,
      againMs,
      seat
    });
    void this.#flush();
  }
  receive({ name, data, id }) {
    this.#stream = id.split(".")[0];
    if (name === "hello") this.#hello(JSON.parse(data));
    else if (name === "chat") this.#message(JSON.parse(data));
    else if (name === "presence") this.#change({
      ...this.#state,
      here: JSON.parse(data)
    });
    else if (name === "reset") this.#remark(text.chat.missedSome);
    else if (name === "gone") this.#gone(JSON.parse(data));
  }
  #hello({ name, wanted, taken, sequence = 0 }) {
    const again = this.#state.seat !== void 0;
    if (sequence < this.#delivered) this.#delivered = 0;
    if (!again) this.#joinedAt = sequence;
    if (name === void 0) return this.#change({
      ...this.#state,
      seat: void 0,
      here: []
    });
    this.#seated({
      name,
      wanted,
      taken
    }, again ? text.chat.rejoined : text.chat.joined);
    void this.#flush();
  }
  #seated(seat, remark) {
    this.#change({
      ...this.#state,
      seat
    });
    this.#remark(remark(seat.name) + whyNumbered(seat));
  }
  #gone({ code, message }) {
    this.#change({
      ...this.#state,
      seat: void 0,
      here: []
    });
    this.#remark(\`\${text.chat.gone}: \${text.errors[code] ?? message}\`);
  }
  #message({ sequence, kind, from, to, text: words2, atMs }) {
    if (kind === "message") {
      if (sequence <= this.#delivered) return;
      this.#delivered = sequence;
    }
    this.#add({
      kind,
      from,
      to,
      text: words2,
      atMs
    });
    if (kind !== "message") return;
    const { isOpen, unread, newFrom, lines } = this.#state;
    const { key } = lines.at(-1);
    const isEarlier = sequence <= this.#joinedAt;
    const isMissed = isEarlier && atMs > this.#visitMs;
    const isUnread = !(isOpen && this.#isVisible) && (!isEarlier || isMissed);
    const begins = isUnread ? unread === 0 : isMissed && newFrom === void 0;
    this.#change({
      ...this.#state,
      unread: unread + (isUnread ? 1 : 0),
      newFrom: begins ? key : newFrom,
      spoken: isEarlier ? this.#state.spoken : text.chat.says(from, words2, to !== void 0)
    });
    this.#attended();
  }
  enter(line) {
    const input = readChatInput(line);
    const { to } = this.#state;
    switch (input.kind) {
      case "nothing":
        return void 0;
      case "wrong":
        return input.why;
      case "say":
        return this.#say(input, to);
      case "who":
        return void this.#remark(this.#state.here.map(({ name }) => name).join(", "));
      case "help":
        return void this.#remark(text.chat.help);
      case "leave":
        return void this.open(false);
    }
  }
  #say(input, to) {
    if (isLongerThan(input.text, MAX_MESSAGE_BYTES)) return text.chat.tooLong;
    const { seat } = this.#state;
    const from = seat?.name ?? "";
    const line = {
      kind: "message",
      from,
      to: input.to ?? to,
      text: input.text
    };
    this.#add({
      ...line,
      atMs: Date.now(),
      own: "waiting"
    });
    this.#unsent.push(this.#state.lines.at(-1).key);
    void this.#flush();
    return void 0;
  }
  sendAgain(key) {
    this.#change(withChanged(this.#state, key, {
      own: "waiting"
    }));
    this.#unsent.push(key);
    void this.#flush();
  }
  async #flush() {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#unsent.length > 0 && this.#state.connection === "open" && this.#state.seat) {
      await this.#sendLine(this.#unsent.shift());
    }
    this.#isSending = false;
  }
  async #sendLine(key) {
    const line = this.#state.lines.find((line2) => line2.key === key);
    if (line === void 0) return;
    const { text: words2, to } = line;
    try {
      const { name } = await this.#send({
        text: words2,
        stream: this.#stream,
        ...to && {
          to
        }
      });
      this.#change(withChanged(this.#state, key, {
        own: "sent",
        from: name
      }));
    } catch (error) {
      const { code } = error;
      const why = code === "not_found" && to !== void 0 ? text.chat.notHere(to) : reasonOf(error);
      this.#change(withChanged(this.#state, key, {
        own: "failed",
        why
      }));
    }
  }
  async rename(name) {
    const seat = await this.#send({
      name,
      stream: this.#stream
    });
    this.#memory.write({
      name
    });
    this.#seated(seat, text.chat.renamed);
  }
};
function whyNumbered({ wanted, taken }) {
  if (wanted === void 0) return "";
  return \`: \${taken === "reserved" ? text.chat.reserved(wanted) : text.chat.taken(wanted)}\`;
}

function sendChat(api) {
  return async (form) => {
    const init = {
      method: "POST",
      body: new URLSearchParams(form)
    };
    return await (await api.send("/chat", init)).json();
  };
}

var Stored = class {
  #storage;
  #name;
  constructor(storage, name) {
    this.#storage = storage;
    this.#name = name;
  }
  read() {
    try {
      const value = JSON.parse(this.#storage().getItem(this.#name) ?? "{}");
      return typeof value === "object" && value !== null ? value : {};
    } catch {
      return {};
    }
  }
  write(part) {
    try {
      const text2 = JSON.stringify({
        ...this.read(),
        ...part
      });
      this.#storage().setItem(this.#name, text2);
    } catch {
    }
  }
  take() {
    const value = this.read();
    try {
      this.#storage().removeItem(this.#name);
    } catch {
    }
    return value;
  }
};

var MAX_CHARS = 1024 * 1024;
var EventParser = class {
  #text = "";
  #id = "";
  add(text2) {
    const blocks = (this.#text + text2).split(/\\r?\\n\\r?\\n/);
    this.#text = blocks.pop();
    if (this.#text.length > MAX_CHARS) throw new RangeError("an event does not end");
    return blocks.flatMap((block) => this.#event(block) ?? []);
  }
  #event(block) {
    let name = "message";
    const data = [];
    for (const line of block.split(/\\r?\\n/)) {
      const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
      if (field === "id") this.#id = value;
      else if (field === "event") name = value;
      else if (field === "data") data.push(value);
    }
    return data.length === 0 ? void 0 : {
      id: this.#id,
      name,
      data: data.join("\\n")
    };
  }
};

var FIRST_WAIT_MS = 1e3;
var MAX_WAIT_MS = 3e4;
var SILENCE_MS = 5e4;
var Feed = class {
  #options;
  #ended = new AbortController();
  #wake = Promise.withResolvers();
  last = "";
  constructor(options) {
    this.#options = options;
  }
  open(request) {
    this.close();
    this.#ended = new AbortController();
    void this.#run(request, this.#ended.signal);
  }
  close() {
    this.#ended.abort();
  }
  wake() {
    this.#wake.resolve();
  }
  async #run(request, ended) {
    const { onState, beforeAgain, random = Math.random } = this.#options;
    for (let failures = 0; !ended.aborted; ) {
      onState({
        kind: "connecting"
      });
      try {
        if (failures > 0) await beforeAgain?.();
        if (!ended.aborted) await this.#receive(request, ended, () => failures = 0);
      } catch (error) {
        if (ended.aborted) return;
        if (isRefusal(error)) return onState({
          kind: "refused",
          error
        });
      }
      if (ended.aborted) return;
      const longest = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** failures++);
      const waitMs = Math.round(longest * (0.75 + 0.25 * random()));
      onState({
        kind: "lost",
        againMs: Date.now() + waitMs
      });
      await this.#wait(waitMs, ended);
    }
  }
  async #receive(request, ended, onEvent) {
    const silent = new AbortController();
    const onSilence = () => silent.abort();
    let timer = setTimeout(onSilence, SILENCE_MS);
    try {
      const headers = this.last === "" ? [] : [
        [
          "last-event-id",
          this.last
        ]
      ];
      const signal = AbortSignal.any([
        ended,
        silent.signal
      ]);
      const response = await this.#options.send(urlOf(request), {
        headers,
        signal
      });
      this.#options.onState({
        kind: "open"
      });
      const parser = new EventParser();
      const text2 = response.body.pipeThrough(new TextDecoderStream());
      for await (const part of text2) {
        clearTimeout(timer);
        timer = setTimeout(onSilence, SILENCE_MS);
        for (const event of parser.add(part)) {
          if (ended.aborted) return;
          onEvent();
          if (event.id !== "") this.last = event.id;
          this.#options.onEvent(event);
        }
      }
    } finally {
      clearTimeout(timer);
    }
  }
  async #wait(ms, ended) {
    this.#wake = Promise.withResolvers();
    const over = this.#wake.resolve;
    const timer = setTimeout(over, ms);
    ended.addEventListener("abort", () => over(), {
      once: true
    });
    await this.#wake.promise;
    clearTimeout(timer);
  }
};
function urlOf({ folder, name, history: history2, chat }) {
  const query = new URLSearchParams({
    history: String(history2)
  });
  if (folder !== void 0) query.set("folder", folder);
  if (name !== void 0) query.set("name", name);
  if (!chat) query.set("chat", "no");
  return \`/events?\${query}\`;
}
function isRefusal(error) {
  return error instanceof ApiError && error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;
}

function differences(before, now) {
  const known = new Map(before.map((entry) => [
    entry.name,
    entry
  ]));
  const added = [];
  const altered = [];
  for (const entry of now) {
    const old = known.get(entry.name);
    known.delete(entry.name);
    if (old === void 0) added.push(entry.name);
    else if (!isSame(old, entry)) altered.push(entry.name);
  }
  return {
    added,
    altered,
    removed: [
      ...known.keys()
    ]
  };
}
function isSame(a4, b) {
  return a4.type === b.type && a4.bytes === b.bytes && (a4.type === "dir" || a4.mtime === b.mtime) && (a4.lock && holderName(a4.lock)) === (b.lock && holderName(b.lock));
}

var PAUSE_MS = 300;
var SHARE = 4;
var MARK_MS = 4e3;
var Refresh = class {
  #browser;
  #isVisible;
  #isDue = false;
  #isRunning = false;
  #unmark;
  constructor(browser, isVisible) {
    this.#browser = browser;
    this.#isVisible = isVisible;
  }
  due() {
    this.#isDue = true;
    void this.run();
  }
  async run() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#isDue && this.#isVisible()) {
      this.#isDue = false;
      const beganMs = performance.now();
      await this.#list();
      const tookMs = performance.now() - beganMs;
      await new Promise((over) => setTimeout(over, Math.max(PAUSE_MS, tookMs * (SHARE - 1))));
    }
    this.#isRunning = false;
  }
  async #list() {
    const browser = this.#browser;
    const { place, entries: before } = browser.state;
    if (before === void 0) return;
    try {
      const entries = await browser.api.list(place);
      const { state } = browser;
      if (folderUrl(state.place) !== folderUrl(place)) return;
      if (state.entries !== before) return this.due();
      this.#show(differences(before, entries), () => browser.change({
        do: "loaded",
        entries
      }));
    } catch (error) {
      if (error instanceof ApiError && error.code !== "network") await browser.load();
    }
  }
  #show(found, load) {
    const { added, altered, removed } = found;
    load();
    if (added.length + altered.length + removed.length === 0) return;
    this.#browser.change({
      do: "mark",
      marked: /* @__PURE__ */ new Set([
        ...added,
        ...altered
      ])
    });
    this.#browser.say(noticeOf(found));
    clearTimeout(this.#unmark);
    this.#unmark = setTimeout(() => {
      this.#browser.change({
        do: "mark",
        marked: /* @__PURE__ */ new Set()
      });
    }, MARK_MS);
  }
};
function noticeOf({ added, altered, removed }) {
  if (added.length + altered.length + removed.length > 1) {
    return text.chat.severalChanged(added.length, altered.length, removed.length);
  }
  if (added.length === 1) return text.chat.appeared(added[0]);
  return altered.length === 1 ? text.chat.altered(altered[0]) : text.chat.vanished(removed[0]);
}

var HISTORY = 100;
var Live = class {
  #browser;
  #chat;
  #feed;
  #refresh;
  #reload;
  #user;
  #watched;
  #isWatching = false;
  constructor(browser, chat, reload, isVisible) {
    this.#browser = browser;
    this.#chat = chat;
    this.#reload = reload;
    this.#refresh = new Refresh(browser, isVisible);
    this.#feed = new Feed({
      send: (url, init) => browser.api.send(url, init),
      onEvent: (event) => this.#receive(event),
      onState: (state) => this.#connection(state),
      beforeAgain: () => this.#lookForUser()
    });
  }
  start() {
    this.#browser.watch((state) => this.#follow(state));
    this.#follow(this.#browser.state);
  }
  isSeen(isVisible) {
    this.#chat.isSeen(isVisible);
    if (!isVisible) return;
    this.#feed.wake();
    void this.#refresh.run();
  }
  wake() {
    this.#feed.wake();
  }
  joinAgain() {
    this.#feed.last = "";
    this.#open();
  }
  leavePage() {
    if (this.#user === void 0 || this.#feed.last === "") return;
    const { last } = this.#feed;
    this.#reload.write({
      ...this.#chat.snapshot(),
      last,
      user: this.#user
    });
  }
  returnToPage() {
    this.#reload.take();
    this.#feed.wake();
  }
  #follow({ session, place }) {
    if (session === void 0 || place.base !== "/files/") return;
    const folder = folderUrl(place);
    if (session.user === this.#user && folder === this.#watched) return;
    if (session.user !== this.#user) this.#begin(session.user);
    this.#watched = folder;
    this.#open();
  }
  #begin(user) {
    const before = this.#reload.take();
    const isReload = this.#user === void 0 && before.user === user && before.last !== void 0;
    this.#user = user;
    this.#feed.last = isReload ? before.last : "";
    this.#chat.restore(isReload ? before : {});
  }
  #open(isWatching = true) {
    this.#isWatching = isWatching;
    this.#feed.open({
      folder: isWatching ? pathOf(this.#browser.state.place) : void 0,
      name: this.#chat.wantedName,
      history: HISTORY,
      chat: true
    });
  }
  #connection(state) {
    if (state.kind === "refused" && this.#isWatching) return this.#open(false);
    this.#chat.connection(state);
    if (state.kind === "open") this.#refresh.due();
  }
  #receive(event) {
    if (event.name === "files") return this.#refresh.due();
    if (event.name === "hello" || event.name === "reset") this.#refresh.due();
    this.#chat.receive(event);
  }
  async #lookForUser() {
    const { api, state } = this.#browser;
    const session = await api.session(state.place);
    if (session.user !== this.#user) await this.#browser.load();
  }
};

var WIDE = "(min-width: 60rem)";
function startLive(browser) {
  const memory = new Stored(() => localStorage, "chat");
  const chat = new Chat(sendChat(browser.api), memory, matchMedia(WIDE).matches);
  const isVisible = () => document.visibilityState === "visible";
  const reload = new Stored(() => sessionStorage, "live");
  const live = new Live(browser, chat, reload, isVisible);
  addEventListener("visibilitychange", () => live.isSeen(isVisible()), {
    capture: true
  });
  addEventListener("online", () => live.wake());
  addEventListener("pagehide", () => live.leavePage());
  addEventListener("pageshow", ({ persisted }) => persisted && live.returnToPage());
  chat.isSeen(isVisible());
  live.start();
  return {
    chat,
    live
  };
}

var [MAX_KEPT_FILE_BYTES, MAX_KEPT_BYTES] = [
  32 * 2 ** 20,
  512 * 2 ** 20
];
var [DATABASE, ITEMS, FILES] = [
  "uploads",
  "items",
  "files"
];
var BrowserMemory = class {
  #database = opened();
  #keptBytes = 0;
  #kept = /* @__PURE__ */ new Map();
  async all() {
    try {
      const stores = await this.#stores("readonly");
      if (stores === void 0) return [];
      const all = [
        stores.items.getAll(),
        stores.files.getAllKeys(),
        stores.files.getAll()
      ];
      const items = await result(all[0]);
      const [ids, files] = [
        await result(all[1]),
        await result(all[2])
      ];
      const byId = new Map(ids.map((id, i3) => [
        id,
        files[i3]
      ]));
      for (const item of items) {
        const file = byId.get(item.id);
        if (file !== void 0) this.#keep(item, file);
      }
      return items.map((item) => [
        item,
        byId.get(item.id)
      ]);
    } catch {
      return [];
    }
  }
  add(added) {
    void this.#write(({ items, files }) => {
      for (const [item, file] of added) {
        items.put(item);
        if (file !== void 0 && this.#keep(item, file)) files.put(file, item.id);
      }
    });
  }
  #keep({ id }, { size }) {
    if (size > MAX_KEPT_FILE_BYTES || this.#keptBytes + size > MAX_KEPT_BYTES) return false;
    this.#kept.set(id, size);
    this.#keptBytes += size;
    return true;
  }
  change(item) {
    void this.#write(({ items }) => items.put(item));
  }
  remove(id) {
    this.#keptBytes -= this.#kept.get(id) ?? 0;
    this.#kept.delete(id);
    void this.#write(({ items, files }) => {
      items.delete(id);
      files.delete(id);
    });
  }
  async #write(change) {
    try {
      const stores = await this.#stores("readwrite");
      if (stores !== void 0) change(stores);
    } catch {
    }
  }
  async #stores(mode) {
    const transaction = (await this.#database)?.transaction([
      ITEMS,
      FILES
    ], mode);
    if (transaction === void 0) return void 0;
    return {
      items: transaction.objectStore(ITEMS),
      files: transaction.objectStore(FILES)
    };
  }
};
async function opened() {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ITEMS, {
        keyPath: "id"
      });
      request.result.createObjectStore(FILES);
    };
    return await result(request);
  } catch {
    return void 0;
  }
}
function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

var Digests = class {
  #start;
  #waiting = /* @__PURE__ */ new Map();
  #worker;
  #requests = 0;
  constructor(start2) {
    this.#start = start2;
  }
  pieces = async (blob, pieceBytes) => {
    const id = this.#requests++;
    const answer = Promise.withResolvers();
    this.#waiting.set(id, answer);
    (this.#worker ??= this.#started()).postMessage({
      id,
      blob,
      pieceBytes
    });
    return await answer.promise;
  };
  #started() {
    const worker = this.#start();
    worker.addEventListener("message", (event) => this.#answered(event.data));
    worker.addEventListener("error", () => this.#failed(worker));
    return worker;
  }
  #answered({ id, digests, error = "" }) {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (digests !== void 0) answer?.resolve(digests);
    else answer?.reject(new ApiError(0, "file_changed", error));
  }
  #failed(worker) {
    if (worker !== this.#worker) return;
    worker.terminate();
    this.#worker = void 0;
    const waiting = [
      ...this.#waiting.values()
    ];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new ApiError(0, "worker", "the worker has failed"));
  }
};

var Items = class {
  #all = /* @__PURE__ */ new Map();
  #byState = /* @__PURE__ */ new Map();
  all() {
    return this.#all.values();
  }
  *in(...states) {
    for (const state of states) {
      for (const id of this.#byState.get(state) ?? []) yield this.#all.get(id);
    }
  }
  count(...states) {
    return states.reduce((sum, state) => sum + (this.#byState.get(state)?.size ?? 0), 0);
  }
  get(id) {
    return this.#all.get(id);
  }
  set(item) {
    const { id, state } = item;
    const before = this.#all.get(id)?.state;
    this.#all.set(id, item);
    if (before === state) return;
    if (before !== void 0) this.#byState.get(before)?.delete(id);
    const ids = this.#byState.get(state) ?? /* @__PURE__ */ new Set();
    this.#byState.set(state, ids.add(id));
  }
  delete(id) {
    const item = this.#all.get(id);
    if (item !== void 0) this.#byState.get(item.state)?.delete(id);
    this.#all.delete(id);
  }
};

var DIGEST_BYTES = 32;
async function rootOf(digests, fileBytes, digestAll) {
  const size = new DataView(new ArrayBuffer(8));
  size.setBigUint64(0, BigInt(fileBytes));
  const blob = new Blob([
    digests,
    size
  ]);
  return hex(await digestAll(blob, blob.size));
}
function hex(bytes) {
  return [
    ...bytes
  ].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
var BlockDigests = class {
  file;
  digestAll;
  #known;
  #blocks;
  constructor(file, digestAll) {
    this.file = file;
    this.digestAll = digestAll;
    this.#blocks = 0;
    this.#known = new Uint8Array(Math.ceil(file.size / BLOCK_BYTES) * DIGEST_BYTES);
  }
  get blocks() {
    return this.#blocks;
  }
  async learn(end) {
    if (end <= this.#blocks) return;
    const part = this.file.slice(this.#blocks * BLOCK_BYTES, end * BLOCK_BYTES);
    this.#known.set(await this.digestAll(part, BLOCK_BYTES), this.#blocks * DIGEST_BYTES);
    this.#blocks = Math.ceil(this.file.size / BLOCK_BYTES) < end ? Math.ceil(this.file.size / BLOCK_BYTES) : end;
  }
  base64(start2, end) {
    const part = this.#known.subarray(start2 * DIGEST_BYTES, end * DIGEST_BYTES);
    return btoa(String.fromCharCode(...part));
  }
  root() {
    return rootOf(this.#known, this.file.size, this.digestAll);
  }
};

var TARGET_SECONDS = 5;
var [FIRST_BLOCKS, MAX_BLOCKS] = [
  4,
  64
];
var PartSize = class {
  #blocks = FIRST_BLOCKS;
  endAfter(offset, fileBytes) {
    const end = (Math.floor(offset / BLOCK_BYTES) + this.#blocks) * BLOCK_BYTES;
    return Math.min(end, fileBytes);
  }
  sent(bytes, seconds) {
    const wanted = bytes / BLOCK_BYTES * TARGET_SECONDS / Math.max(seconds, 1e-3);
    const near = Math.min(Math.max(wanted, this.#blocks / 2), this.#blocks * 2);
    this.#blocks = Math.min(Math.max(Math.floor(near), 1), MAX_BLOCKS);
  }
  lost() {
    this.#blocks = Math.max(1, Math.floor(this.#blocks / 2));
  }
};

var MAX_ATTEMPTS = 20;
var [FIRST_DELAY_MS, MAX_DELAY_MS] = [
  500,
  3e4
];
var UploadError = class extends ApiError {
  retryAfterMs;
  constructor(status, code, message, retryAfterMs) {
    super(status, code, message), this.retryAfterMs = retryAfterMs;
  }
};
function isTransient(error) {
  if (!(error instanceof ApiError)) return false;
  if (error.status === 0) return error.code === "network";
  return [
    408,
    409,
    425,
    429,
    460,
    500,
    502,
    503,
    504
  ].includes(error.status);
}
function delayMs(failures, error, random) {
  const asked = error instanceof UploadError ? error.retryAfterMs ?? 0 : 0;
  const backoff = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS);
  return Math.min(Math.max(asked, backoff * (0.5 + random / 2)), MAX_DELAY_MS);
}

var MAX_SMALL_BYTES = 4 * BLOCK_BYTES;
var TakenError = class extends ApiError {
  taken;
  constructor(taken, message) {
    super(412, "conflict", message), this.taken = taken;
  }
};
var Sender = class {
  #parts;
  #file;
  #report;
  #signal;
  #digests;
  #size = new PartSize();
  #item;
  #failures = 0;
  constructor(parts, item, file, report, signal) {
    this.#parts = parts;
    this.#item = item;
    this.#file = file;
    this.#report = report;
    this.#signal = signal;
    this.#digests = new BlockDigests(file, parts.pieces);
  }
  async send() {
    for (; ; ) {
      try {
        await this.#requireUser(false);
        if (this.#item.url === void 0) await this.#begin();
        if (this.#item.url !== void 0) await this.#continue();
        return;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }
  #change(change) {
    this.#item = {
      ...this.#item,
      ...change
    };
    this.#report(change);
  }
  async #recover(error) {
    this.#signal.throwIfAborted();
    if (isTaken(error)) throw await this.#taken(error);
    const held = error instanceof ApiError && error.status === 423 && this.#item.url !== void 0;
    if (!held && !isTransient(error)) {
      if (isRefusal2(error)) await this.#requireUser(true);
      throw error;
    }
    if (++this.#failures > MAX_ATTEMPTS) throw error;
    this.#size.lost();
    this.#change({
      state: "offline"
    });
    const ms = delayMs(this.#failures, error, Math.random());
    await this.#parts.wait(ms, this.#signal);
  }
  async #begin() {
    const { tus } = this.#parts;
    const small = this.#file.size <= MAX_SMALL_BYTES;
    this.#change({
      state: "sending",
      sent: 0
    });
    const condition = await this.#condition();
    if (!small) {
      this.#change({
        url: await tus.create(this.#item, condition, this.#signal)
      });
      return;
    }
    const root = await this.#rootOfAll();
    const onProgress = (sent) => this.#change({
      sent
    });
    const whole = {
      body: this.#file,
      root,
      onProgress
    };
    try {
      await tus.create(this.#item, condition, this.#signal, whole);
    } catch (error) {
      if (!isTaken(error) || !await tus.has(this.#item, root, this.#signal)) throw error;
    }
    this.#change({
      sent: this.#file.size
    });
  }
  async #condition() {
    const { existing } = this.#item;
    if (typeof existing === "string") return void 0;
    const version = await this.#parts.tus.version(this.#item, this.#signal);
    if (version === void 0) return void 0;
    if (isSame2(version, existing.replace)) return version.tag;
    throw new TakenError(version, "it has changed");
  }
  async #taken(error) {
    if (error instanceof TakenError) return error;
    this.#change({
      url: void 0,
      sent: 0
    });
    const version = await this.#parts.tus.version(this.#item, this.#signal).catch(() => void 0);
    return new TakenError(version, error.message);
  }
  async #rootOfAll() {
    await this.#digests.learn(Infinity);
    return await this.#digests.root();
  }
  async #continue() {
    const at = await this.#parts.tus.progress(this.#item, this.#signal);
    if (at === void 0) return await this.#beginAgain();
    if (at.done) return;
    this.#change({
      sent: at.offset
    });
    if (at.offset > 0) await this.#check(at.offset);
    this.#change({
      state: "sending"
    });
    for (let { offset } = at; offset < this.#file.size; ) offset = await this.#sendPart(offset);
  }
  async #requireUser(again) {
    const { user } = this.#item;
    if (user === void 0 || await this.#parts.user(this.#item, again) === user) return;
    throw new ApiError(401, "other_user", user);
  }
  async #beginAgain() {
    await this.#requireUser(true);
    this.#change({
      url: void 0,
      sent: 0
    });
    await this.#begin();
    if (this.#item.url !== void 0) await this.#continue();
  }
  async #check(offset) {
    const end = Math.floor(offset / BLOCK_BYTES);
    if (this.#digests.blocks < end) this.#change({
      state: "checking"
    });
    while (this.#digests.blocks < end) {
      this.#signal.throwIfAborted();
      await this.#digests.learn(Math.min(end, this.#digests.blocks + 64));
    }
  }
  async #sendPart(offset) {
    const { size } = this.#file;
    const { tus, now } = this.#parts;
    const end = this.#size.endAfter(offset, size);
    const [first, last] = [
      Math.floor(offset / BLOCK_BYTES),
      Math.ceil(end / BLOCK_BYTES)
    ];
    await this.#digests.learn(last);
    const next = this.#size.endAfter(end, size);
    const ahead = this.#digests.learn(Math.ceil(next / BLOCK_BYTES));
    ahead.catch(() => {
    });
    const root = end === size ? await this.#digests.root() : void 0;
    const started = now();
    const part = {
      ...{
        body: this.#file.slice(offset, end),
        offset,
        root
      },
      digests: this.#digests.base64(first, last),
      onProgress: (bytes) => this.#change({
        sent: offset + bytes
      })
    };
    const after = await tus.send(this.#item, part, this.#signal);
    await ahead;
    this.#size.sent(end - offset, (now() - started) / 1e3);
    this.#failures = 0;
    this.#change({
      sent: after.offset
    });
    return after.offset;
  }
};
function isTaken(error) {
  return error instanceof ApiError && error.status === 412;
}
function isRefusal2(error) {
  return error instanceof ApiError && (error.status === 401 || error.status === 403);
}
function isSame2(a4, b) {
  const second = (mtime) => Math.floor(Date.parse(mtime) / 1e3);
  return a4.type === b.type && a4.bytes === b.bytes && second(a4.mtime) === second(b.mtime);
}

var MAX_SENDING = 3;
var UploadQueue = class {
  #parts;
  items = new Items();
  #files = /* @__PURE__ */ new Map();
  #running = /* @__PURE__ */ new Map();
  #watchers = /* @__PURE__ */ new Set();
  #answer;
  #skipped = 0;
  constructor(parts) {
    this.#parts = parts;
  }
  get skipped() {
    return this.#skipped;
  }
  watch(watcher) {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
  add(files) {
    const added = [];
    for (const { file, taken, ...place } of files) {
      const { size: bytes, lastModified } = file;
      const lost = this.#lostLike({
        ...place,
        bytes,
        lastModified
      });
      const item = lost === void 0 ? {
        ...place,
        ...{
          id: newId(),
          bytes,
          lastModified,
          taken,
          existing: "refuse",
          sent: 0
        },
        state: taken === void 0 ? "waiting" : "asking"
      } : {
        ...lost,
        state: "waiting"
      };
      this.#files.set(item.id, file);
      this.items.set(item);
      if (lost === void 0) added.push([
        item,
        file
      ]);
    }
    this.#parts.memory.add(added);
    this.#changed();
  }
  giveBack(file) {
    const item = this.items.in("lost").find(({ path, bytes, lastModified }) => path.split("/").at(-1) === file.name && bytes === file.size && lastModified === file.lastModified);
    if (item === void 0) return false;
    this.#files.set(item.id, file);
    this.#change(item.id, {
      state: "waiting"
    });
    return true;
  }
  #lostLike({ base, path, bytes, lastModified }) {
    return this.items.in("lost").find((item) => item.base === base && item.path === path && item.bytes === bytes && item.lastModified === lastModified);
  }
  restore(items) {
    for (const [item, file] of items) {
      const state = file === void 0 ? "lost" : item.taken === void 0 ? "waiting" : "asking";
      if (file !== void 0) this.#files.set(item.id, file);
      this.items.set({
        ...item,
        state
      });
    }
    this.#changed();
  }
  pause(id) {
    const item = this.items.get(id);
    if (item === void 0 || !isActive(item)) return;
    this.#running.get(id)?.end.abort();
    this.#change(id, {
      state: "paused"
    });
  }
  resume(id) {
    const item = this.items.get(id);
    if (item?.state !== "paused" && item?.state !== "failed") return;
    this.#change(id, {
      state: "waiting",
      error: void 0
    });
  }
  cancel(id) {
    const item = this.items.get(id);
    if (item === void 0) return;
    void this.#discard(item, this.#running.get(id));
    this.#forget(item);
    this.#changed();
  }
  async #discard(item, running) {
    running?.end.abort();
    await running?.ended;
    if (item.url !== void 0 && item.state !== "done") {
      await this.#parts.discard(item).catch(() => {
      });
    }
  }
  #forget({ id }) {
    this.items.delete(id);
    this.#files.delete(id);
    this.#parts.memory.remove(id);
  }
  clear() {
    for (const { id } of [
      ...this.items.in("done")
    ]) this.items.delete(id);
    this.#skipped = 0;
    this.#changed();
  }
  answer(id, choice, forAll) {
    for (const item of [
      ...this.items.in("asking")
    ]) {
      if (forAll || item.id === id) this.#answered(item, choice);
    }
    if (forAll && choice !== "replace") this.#answer = choice;
    this.#changed();
  }
  #answered(item, choice) {
    if (choice === "skip") {
      this.#skipped++;
      return this.#forget(item);
    }
    const { taken } = item;
    const replaced = choice === "replace" && taken?.type === "file" ? {
      replace: taken
    } : void 0;
    const existing = replaced ?? "rename";
    this.#set({
      ...item,
      existing,
      taken: void 0,
      state: "waiting"
    });
  }
  #change(id, change) {
    const item = this.items.get(id);
    if (item === void 0) return;
    this.#set({
      ...item,
      ...change
    });
    this.#changed();
  }
  #set(item) {
    const before = this.items.get(item.id);
    this.items.set(item);
    const kept2 = before?.url === item.url && before?.existing === item.existing;
    if (!kept2) this.#parts.memory.change(item);
  }
  #changed() {
    this.#startNext();
    for (const watcher of this.#watchers) watcher();
  }
  #startNext() {
    if (this.#running.size >= MAX_SENDING) return;
    for (const item of this.items.in("waiting")) {
      if (this.#running.has(item.id)) continue;
      const end = new AbortController();
      const ended = this.#run(item, end.signal);
      this.#running.set(item.id, {
        end,
        ended
      });
      if (this.#running.size >= MAX_SENDING) return;
    }
  }
  async #run(item, signal) {
    const { id } = item;
    await void 0;
    let change;
    try {
      const report = (change2) => {
        if (!signal.aborted) this.#change(id, change2);
      };
      await this.#parts.send(item, this.#files.get(id), report, signal);
      change = {
        state: "done",
        sent: item.bytes
      };
    } catch (error) {
      change = error instanceof TakenError ? {
        state: "asking",
        taken: error.taken
      } : {
        state: "failed",
        error
      };
    }
    this.#running.delete(id);
    if (!signal.aborted) this.#ended(id, change);
    else this.#changed();
  }
  #ended(id, change) {
    this.#change(id, change);
    const item = this.items.get(id);
    if (item?.state === "done") {
      this.#files.delete(id);
      this.#parts.memory.remove(id);
      this.#parts.onDone?.(item);
    }
    if (item?.state === "asking" && this.#answer !== void 0) {
      this.#answered(item, this.#answer);
    }
    const left = this.items.count("waiting", "checking", "sending", "offline", "asking");
    if (left === 0) this.#answer = void 0;
    this.#changed();
  }
};
function newId() {
  return [
    ...crypto.getRandomValues(new Uint32Array(4))
  ].map((n2) => n2.toString(36)).join("");
}

var STALL_MS = 6e4;
var sendRequest = (sending) => {
  const { method, url, headers, body, onProgress, signal } = sending;
  const { promise, resolve, reject } = Promise.withResolvers();
  if (signal.aborted) return Promise.reject(signal.reason);
  const request = new XMLHttpRequest();
  request.open(method, url);
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  const lost = () => reject(new ApiError(0, "network", "no answer"));
  let timer;
  const wait2 = () => {
    clearTimeout(timer);
    timer = setTimeout(() => request.abort(), STALL_MS);
  };
  const abort = () => {
    reject(signal.reason);
    request.abort();
  };
  signal.addEventListener("abort", abort);
  request.upload.onprogress = ({ loaded }) => {
    wait2();
    onProgress?.(loaded);
  };
  request.onload = () => resolve({
    status: request.status,
    header: (name) => request.getResponseHeader(name),
    text: request.responseText
  });
  request.onerror = lost;
  request.onabort = lost;
  request.onloadend = () => {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
  };
  wait2();
  request.send(body ?? null);
  return promise;
};

var PART_TYPE = "application/offset+octet-stream";
var Tus = class {
  #transport;
  constructor(transport) {
    this.#transport = transport;
  }
  async create(item, condition, signal, whole) {
    const { path, bytes, lastModified, existing } = item;
    const fate = existing === "rename" ? "rename" : condition === void 0 ? "refuse" : "overwrite";
    const metadata = {
      filename: path,
      lastModified: String(lastModified),
      existing: fate
    };
    const headers = {
      "upload-length": String(bytes),
      "upload-metadata": metadataField(whole ? {
        ...metadata,
        root: whole.root
      } : metadata),
      ...condition !== void 0 && {
        "if-match": condition
      },
      ...whole && {
        "content-type": PART_TYPE
      }
    };
    const { body, onProgress } = whole ?? {};
    const request = {
      method: "POST",
      url: "/uploads/",
      headers,
      body,
      onProgress,
      signal
    };
    return (await this.#send(item, request)).header("location") ?? "";
  }
  async send(item, part, signal) {
    const { body, offset, digests, root, onProgress } = part;
    const headers = {
      "content-type": PART_TYPE,
      "upload-offset": String(offset),
      "upload-block-digests": digests,
      ...root !== void 0 && {
        "upload-root": root
      }
    };
    const request = {
      method: "PATCH",
      url: item.url,
      headers,
      body,
      onProgress,
      signal
    };
    return progressIn(await this.#send(item, request));
  }
  async progress(item, signal) {
    try {
      const request = {
        method: "HEAD",
        url: item.url,
        headers: {},
        signal
      };
      return progressIn(await this.#send(item, request));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return void 0;
      throw error;
    }
  }
  async discard(item, signal) {
    await this.#send(item, {
      method: "DELETE",
      url: item.url,
      headers: {},
      signal
    });
  }
  async version(item, signal) {
    const request = {
      method: "HEAD",
      url: fileUrl(item),
      headers: {},
      signal
    };
    const answer = await this.#send(item, request).catch(unlessMissing);
    if (answer === void 0) return void 0;
    const mtime = new Date(answer.header("last-modified") ?? 0).toISOString();
    const type = answer.header("content-length") === null ? "dir" : "file";
    const bytes = Number(answer.header("content-length"));
    return {
      type,
      bytes,
      mtime,
      tag: answer.header("etag") ?? ""
    };
  }
  async has(item, root, signal) {
    const headers = {
      "if-match": \`"\${root}"\`
    };
    const request = {
      method: "HEAD",
      url: fileUrl(item),
      headers,
      signal
    };
    try {
      await this.#send(item, request);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status >= 400) return false;
      throw error;
    }
  }
  async #send({ base }, sending) {
    const token = /^\\/s\\/([^/]+)\\//.exec(base)?.[1];
    const headers = {
      "tus-resumable": "1.0.0",
      accept: "application/json",
      ...sending.headers,
      ...token !== void 0 && {
        authorization: \`Bearer \${decodeURIComponent(token)}\`
      }
    };
    const answer = await this.#transport({
      ...sending,
      headers
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    throw errorOf(answer);
  }
};
function fileUrl({ base, path }) {
  return base + path.split("/").map(encodeURIComponent).join("/");
}
function metadataField(values) {
  const base64 = (text2) => btoa(String.fromCharCode(...new TextEncoder().encode(text2)));
  return Object.entries(values).map(([key, value]) => \`\${key} \${base64(value)}\`).join(",");
}
function progressIn({ header }) {
  const done = header("content-location") !== null;
  return {
    offset: Number(header("upload-offset")),
    done
  };
}
function unlessMissing(error) {
  if (error instanceof ApiError && error.status === 404) return void 0;
  throw error;
}
function errorOf({ status, header, text: text2 }) {
  const seconds = Number(header("retry-after") ?? NaN);
  const retryAfterMs = Number.isFinite(seconds) ? seconds * 1e3 : void 0;
  const codes = {
    401: "not_allowed",
    403: "not_allowed"
  };
  try {
    const { code, detail } = JSON.parse(text2);
    return new UploadError(status, String(code), String(detail), retryAfterMs);
  } catch {
    return new UploadError(status, codes[status] ?? "internal", \`HTTP \${status}\`, retryAfterMs);
  }
}

async function findTaken(list, place, paths) {
  const found = /* @__PURE__ */ new Map();
  const queue = [
    {
      place,
      parent: "",
      paths
    }
  ];
  for (let wanted = queue.pop(); wanted !== void 0; wanted = queue.pop()) {
    const { place: place2, parent, paths: paths2 } = wanted;
    const entries = /* @__PURE__ */ new Map();
    for (const entry of await list(place2).catch(() => [])) entries.set(entry.name, entry);
    const groups = Map.groupBy(paths2, (path) => path.split("/", 1)[0]);
    for (const [name, group] of groups) {
      const entry = entries.get(name);
      if (entry === void 0) continue;
      const below = group.filter((path) => path !== name).map((path) => path.slice(name.length + 1));
      if (below.length < group.length) found.set(parent + name, entry);
      if (below.length > 0 && entry.type === "dir") {
        queue.push({
          place: child(place2, name),
          parent: \`\${parent}\${name}/\`,
          paths: below
        });
      }
    }
  }
  return found;
}

var REFRESH_MS = 1500;
var Uploads = class {
  browser;
  queue;
  #refreshing;
  #busy;
  constructor(browser, queue) {
    this.browser = browser;
    this.queue = queue;
    this.#busy = false;
    let user = browser.state.session?.user;
    browser.watch(({ session }) => {
      if (session?.user === user) return;
      user = session?.user;
      this.#continueAs(user);
    });
    queue.watch(() => this.#report());
  }
  async add(chosen) {
    const { place, session } = this.browser.state;
    if (session?.canWrite === false) return this.browser.say(words.notHere);
    this.browser.say(words.reading);
    const { files, emptyFolders, unreadable = [] } = await chosen;
    await this.#createFolders(place, emptyFolders);
    const list = (place2) => this.browser.api.list(place2);
    const taken = await findTaken(list, place, files.map(({ path }) => path));
    const { base } = place;
    this.queue.add(files.map(({ file, path }) => ({
      ...{
        base,
        path: pathOf(place, path),
        user: session?.user,
        file
      },
      taken: taken.get(path)
    })));
    if (files.length > 0) this.browser.say(words.begun(files.length));
    if (unreadable.length > 0) this.browser.say(words.unreadable(unreadable.length));
    if (emptyFolders.length > 0) this.refresh();
  }
  giveBack(files) {
    const unknown = files.filter(({ file }) => !this.queue.giveBack(file));
    if (unknown.length > 0) this.browser.say(words.otherFile(unknown[0].file.name));
  }
  async #createFolders(place, paths) {
    const made = /* @__PURE__ */ new Set();
    for (const path of paths) {
      let at = place;
      for (const name of path.split("/")) {
        const url = folderUrl(child(at, name));
        try {
          if (!made.has(url)) await this.browser.api.createFolder(at, name);
        } catch (error) {
          const exists = error instanceof ApiError && error.status === 405;
          if (!exists) return this.browser.say(text.failed(path, reasonOf(error)));
        }
        made.add(url);
        at = child(at, name);
      }
    }
  }
  arrived({ base, path }) {
    const { place } = this.browser.state;
    const folder = pathOf(place);
    const isHere = base === place.base && (folder === "." || path.startsWith(\`\${folder}/\`));
    if (isHere) this.refresh();
  }
  refresh() {
    this.#refreshing ??= setTimeout(() => {
      this.#refreshing = void 0;
      void this.browser.refresh();
    }, REFRESH_MS);
  }
  #continueAs(user) {
    for (const item of [
      ...this.queue.items.in("failed")
    ]) {
      const { code } = item.error;
      if (code === "other_user" && item.user === user) this.queue.resume(item.id);
    }
  }
  #report() {
    const { items } = this.queue;
    const busy = items.count("waiting", "checking", "sending", "offline") > 0;
    const ended = this.#busy && !busy;
    this.#busy = busy;
    if (!ended) return;
    const [done, failed] = [
      items.count("done"),
      items.count("failed")
    ];
    if (done + failed > 0) this.browser.say(words.ended(done, failed));
  }
};

function startUploads(browser) {
  const tus = new Tus(sendRequest);
  const memory = new BrowserMemory();
  const digests = new Digests(() => new Worker(workerUrl(), {
    type: "module"
  }));
  const parts = {
    ...{
      tus,
      pieces: digests.pieces,
      wait
    },
    now: () => performance.now(),
    user: (item, again) => userOf(browser, item, again)
  };
  const queue = new UploadQueue({
    memory,
    send: (item, file, report, signal) => new Sender(parts, item, file, report, signal).send(),
    discard: (item) => tus.discard(item, AbortSignal.timeout(1e4)),
    onDone: (item) => uploads.arrived(item)
  });
  const uploads = new Uploads(browser, queue);
  void memory.all().then((items) => queue.restore(items));
  return uploads;
}
function workerUrl() {
  return document.querySelector("meta[name='digest-worker']")?.content ?? "";
}
function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = new AbortController();
    const timer = setTimeout(() => end(resolve), ms);
    const end = (settle) => {
      clearTimeout(timer);
      done.abort();
      settle();
    };
    addEventListener("online", () => end(resolve), {
      signal: done.signal
    });
    signal.addEventListener("abort", () => end(() => reject(signal.reason)), {
      signal: done.signal
    });
  });
}
async function userOf(browser, { base }, again) {
  const { place, session } = browser.state;
  if (!again && session !== void 0 && place.base === base) return session.user;
  const at = parsePlace(new URL(base, location.href)) ?? place;
  const now = await browser.api.session(at);
  if (place.base === base && session !== void 0) {
    browser.change({
      do: "session",
      session: {
        ...session,
        user: now.user,
        anonymous: now.anonymous
      }
    });
  }
  return now.user;
}

async function start() {
  const here = () => parsePlace(new URL(location.href));
  const place = here();
  if (place === null || !location.pathname.endsWith("/")) return;
  const api = new Api((url, init) => fetch(url, init));
  const browser = new Browser(api, place, {
    push: (url) => history.pushState(null, "", url),
    replace: (url) => history.replaceState(null, "", url),
    back: () => history.back()
  });
  addEventListener("popstate", () => {
    const place2 = here();
    if (place2 !== null) void browser.show(place2);
  });
  addEventListener("online", () => {
    if (browser.state.error !== void 0) void browser.load();
  });
  await browser.load();
  document.documentElement.lang = text.language;
  document.body.replaceChildren();
  const parts = {
    browser,
    uploads: startUploads(browser),
    ...startLive(browser)
  };
  Q(/* @__PURE__ */ a2(App, {
    ...parts
  }), document.body);
  performance.mark("usable");
}
await start();
`;
