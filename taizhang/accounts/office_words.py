"""What passwords are made of here beside the world's commonest: words of the office and the district, in pinyin.

Nobody's list holds them, and whoever knows the office tries them first. A password is judged by what is left without
them (`passwords.weakness`).
"""

from __future__ import annotations

_LIST = """
zhongguogongchandang gongchandang zhonggong dangjian gongzuo dangyuan dangzhibu dangzongzhi dangwei dangzu dangxiaozu
dangke dangfei dangwu dangshi dangzhang dangri dangqun zhibushuji zhibu shuji shujichu zuzhibu zuzhiweiyuan xuanchuan
jijian jiwei sanhuiyike zhutidangri taizhang kaohe kaoping shuzhi minzhupingyi zuzhishenghuo xuexiqiangguo chuxin
shiming buwangchuxin weirenminfuwu renmin fuwu hongse hongqi zhongguo zhonghua woaizhongguo jiangsu changzhou wujin
nanjing shanghai beijing suzhou wuxi jiaoyuju jiaoyugongwei jiaoyu xuexiao xiaoxue zhongxue chuzhong gaozhong
youeryuan laoshi jiaoshi xiaozhang administrator admin guanliyuan operator assessor secretary auditor root system user
guest ceshi yonghu mima zhanghao denglu password passwd passw0rd pass welcome letmein changeme default huawei xiaomi
lenovo lianxiang tencent weixin wechat dingding dingtalk feishu alibaba aliyun baidu jinshan kingsoft wps office
windows microsoft hikvision haikang dahua inspur langchao h3c sangfor woaini iloveyou woai wode nihao laogong laopo
baobei wojia yijia fangjia zhufu kuaile pingan facai dajiahao 5201314 1314520 520520 1314 520
"""
WORDS = tuple(_LIST.split())
"""In small letters; the longest that fits is taken."""
