/** /universal_parse.xsl: what a browser draws answers and module pages with; the tools do not fetch it. */
export const stylesheet = `<?xml version="1.0"?>
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html"/>
<xsl:template match="/">
<html><head><title><xsl:value-of select="name(*)"/></title><style>
body { font: 14px system-ui, sans-serif; margin: 1.5rem } table { border-collapse: collapse }
td, th { border: 1px solid #ccc; padding: 2px 6px; text-align: left; vertical-align: top } th { background: #f2f2f2 }
form { margin: .6rem 0 } label { margin-right: .6rem }
</style></head><body><h2><xsl:value-of select="name(*)"/></h2><xsl:apply-templates select="*"/></body></html>
</xsl:template>
<xsl:template match="/*[@type='rlist']">
<xsl:for-each select="*"><form action="Snh_{name()}" method="get"><b><xsl:value-of select="name()"/></b><xsl:text> </xsl:text>
<xsl:for-each select="*"><label><xsl:value-of select="name()"/><xsl:text> </xsl:text><input name="{name()}"/></label></xsl:for-each>
<button>Send</button></form></xsl:for-each>
</xsl:template>
<xsl:template match="/*[@type='slist']"><xsl:for-each select="*"><h3><xsl:value-of select="name()"/></h3><xsl:call-template name="fields"/></xsl:for-each></xsl:template>
<xsl:template match="/*[@type='sandesh']"><xsl:call-template name="fields"/></xsl:template>
<xsl:template name="fields"><table><xsl:for-each select="*[name() != 'more']"><tr><th><xsl:value-of select="name()"/></th><td><xsl:apply-templates select="."/></td></tr></xsl:for-each></table></xsl:template>
<xsl:template match="*[@type='list'][list/@type='struct']"><table><tr><xsl:for-each select="list/*[1]/*"><th><xsl:value-of select="name()"/></th></xsl:for-each></tr>
<xsl:for-each select="list/*"><tr><xsl:for-each select="*"><td><xsl:apply-templates select="."/></td></xsl:for-each></tr></xsl:for-each></table></xsl:template>
<xsl:template match="*[@type='list']"><xsl:for-each select="list/element"><xsl:value-of select="."/><br/></xsl:for-each></xsl:template>
<xsl:template match="*[@type='map']"><table><xsl:for-each select="map/element"><tr><th><xsl:value-of select="."/></th><td><xsl:apply-templates select="following-sibling::*[1]"/></td></tr></xsl:for-each></table></xsl:template>
<xsl:template match="*[@type='struct']"><xsl:for-each select="*"><xsl:call-template name="fields"/></xsl:for-each></xsl:template>
<xsl:template match="*[@link]"><a href="Snh_{@link}?x={.}"><xsl:choose><xsl:when test="@link_title"><xsl:value-of select="@link_title"/></xsl:when><xsl:otherwise><xsl:value-of select="."/></xsl:otherwise></xsl:choose></a></xsl:template>
<xsl:template match="*"><xsl:choose><xsl:when test="*"><xsl:call-template name="fields"/></xsl:when><xsl:otherwise><xsl:value-of select="."/></xsl:otherwise></xsl:choose></xsl:template>
</xsl:stylesheet>
`
