"""Remembers the words that the bodies of cases share: deflate's preset dictionary, so that a head stays under 1 KB.

Only names and values of the kernel's own shapes stand here, nothing of any district: what is often said comes
last. An edition is never changed, because what was stored with it is read with it; another one gets another
leading byte in `encoding`.
"""

from __future__ import annotations

FIRST = (
    b'{"v":1,"form":{},"materials":[{"id":"","mode":"upload"}],"facts":{"at":17,"known":true,"known":false,"source":'
    b'{"record":{"field":"/","key":"form:/","register":""}},"source":{"form":"/"},"value":'
    b'"bounded":"deadlines":{"decision":17,"promised":17},"decision":{"code":null,"result":{"event":"auto.'
    b'","trace":{"clock":"intake","due":17,"rung":50},"outcome":"completed","issued":["acceptance-notice"],"move":"'
    b'","input":{"reason":"","opinion":"","note":"","from":["received"],"to":["examining"],"materials":["'
    b'"document":"","emits":"","id":"out_","seq":,"state":"drafted"'
    b'"actor":{"acting_for":"enterprise:","person":"person:","via":"app"},"actor":{"person":"system:clock","via":'
    b'"system"},"actor":{"person":"system:rules","via":"system"},"actor":{"node":"","person":"person:","post":"handler'
    b'","via":"web"},"case":"cas_01","caused_by":"evt_","data":{"from":["examining"],"move":"","to":["checking"]},'
    b'"dimensions":{"channel":"web","department":"","item":"","town":"","window":""},"fingerprint":"","id":"evt_","key"'
    b':"","nonce":"","occurred_at":17,"recorded_at":17,"release":"","root":"cas_01","seq":1,"type":"case.submitted",'
    b'"type":"case.accepted","v":1}'
    b'{"at":17,"authority":"own","channel":"mini-program","channel":"app","channel":"window","channel":"web",'
    b'"claim":{"by":"person:","for":"post:handler","until":17},'
    b'"clocks":[{"budget":5,"consumed":0,"deadline":17,"effect":"internal","extensions":[{"at":17,"budget":10,"by":'
    b'"person:"}],"fired":[50,80,100],"id":"correction","pauses":[[17,17]],"provisional":true,"running_since":17,'
    b'"started_at":17,"stopped_at":null,"unit":"calendar_day"},"unit":"office_hour"},"unit":"month"},'
    b'{"budget":5,"consumed":1,"deadline":17,"effect":"statutory","extensions":[],"fired":[50],"id":"intake",'
    b'"provisional":false,"running_since":17,"started_at":17,"stopped_at":null,"unit":"working_day"},'
    b'{"budget":20,"consumed":0,"deadline":null,"effect":"statutory","extensions":[],"fired":[],"id":"decision",'
    b'"provisional":false,"running_since":null,"started_at":17,"stopped_at":17,"unit":"working_day"},'
    b'{"budget":10,"consumed":0,"deadline":null,"effect":"promised","extensions":[],"fired":[],"id":"promised",'
    b'"provisional":false,"running_since":null,"started_at":17,"stopped_at":17,"unit":"working_day"},'
    b'{"budget":10,"consumed":0,"deadline":17,"effect":"statutory","extensions":[],"fired":[],"id":"service",'
    b'"provisional":false,"running_since":17,"started_at":17,"stopped_at":null,"unit":"working_day"}],'
    b'"closed_at":17,"confidential":true,"configuration":{"history":{},"in":["open","examining"]},'
    b'"dimensions":{"town":""},'
    b'"done":{"accept":{"by":["person:"],"count":1,"last":"person:"},"grant":{"by":["person:"],"count":1,"last":"person:"'
    b'},"pass":{"by":["person:"],"count":1,"last":"person:"},"propose":{"by":["person:"],"count":1,"last":"person:"},'
    b'"return":{"by":["person:"],"count":1,"last":"person:"},"serve":{"by":["person:"],"count":1,"last":"person:"}},'
    b'"external":{"external_id":"","system":""},"facts":"","holds":[{"blocks":["grant","refuse"],"document":"","end":null'
    b',"id":"","max_until":17,"start":17}],"item":"","limits":{"promised":{"budget":10,"unit":"working_day"}},"node":"",'
    b'"number":"","opened_at":17,"outcome":"completed","owner":"enterprise:","parent":"cas_01",'
    b'"parties":[{"name":"","role":"applicant","subject":"person:"},{"role":"applicant","subject":"enterprise:"}],'
    b'"receipt":"","received_at":17,"recent":[["",1],["",2],["",3],["",4],["",5],["",6],["",7],["",8],["",9]],'
    b'"release":"","release_set":1,"root":"cas_01","window":""}'
)
