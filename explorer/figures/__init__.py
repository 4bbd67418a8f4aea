"""temporary"""
from pathlib import Path
import plotly, plotly.graph_objects as go, numpy as np
Figure = go.Figure
SCRIPT = "plotly.min.js"
def script(): return Path(plotly.__file__).parent/"package_data"/"plotly.min.js"
def as_json(f): return f.to_plotly_json() if False else __import__("json").loads(f.to_json())
def _heat(v, **k):
    n=v.size; r=16 if n==512 else 28 if n==784 else 1
    f=go.Figure(go.Heatmap(z=v.reshape(r,-1), customdata=np.arange(n).reshape(r,-1), coloraxis="coloraxis")); f.layout.template=None; f.update_yaxes(autorange="reversed"); return f
picture=flattened=units=tensor=lambda v, language="en", selected=None: _heat(v)
def rectified(b,a,language="en",selected=None): return _heat(a)
def logits(v,l,language="en",selected=None): f=go.Figure(go.Bar(y=list(l),x=v,orientation="h",customdata=np.arange(len(v)))); f.layout.template=None; return f
def probabilities(v,l,p,language="en",selected=None): return logits(v,l)
def css(): return ":root{--le-background:#fbfbf9;--le-surface:#fff;--le-raised:#eef0f2;--le-border:#d5d9de;--le-text:#1b2430;--le-muted:#5a6673;--le-accent:#0b63ce;--le-accent-text:#fff;--le-focus:#0b63ce;--le-error:#b3261e;--le-radius:8px;--le-font:system-ui,'Noto Sans CJK SC',sans-serif;--le-mono:ui-monospace,monospace;--le-text-size:16px}"
def page():
    s=[[0,"#2166ac"],[0.5,"#f7f7f7"],[1,"#d6604d"]]; u=[[0,"#f7f7f7"],[1,"#b35806"]]; g=[[0,"#000000"],[1,"#ffffff"]]
    return {"script":SCRIPT,"scales":{t:{"signed":s,"unsigned":u,"grey":g} for t in("light","dark")},"templates":{"light":{},"dark":{}},"config":{"displayModeBar":False,"responsive":True}}
